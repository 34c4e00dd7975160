import assert from "node:assert/strict";
import { toggled, toggledSpot } from "../../../../pages/photo/stage/marks.js";

Deno.test("a face is marked, and marked again it is not", () => {
  assert.deepEqual(toggled([], 3), [3]);
  assert.deepEqual(toggled([1, 3], 2), [1, 3, 2]);
  assert.deepEqual(toggled([1, 3, 2], 3), [1, 2]);
});

Deno.test("a spot is marked, and a click near it takes it back", () => {
  const spots = toggledSpot([], { x: 10, y: 20 }, 5);
  assert.deepEqual(spots, [[10, 20]]);
  assert.deepEqual(toggledSpot(spots, { x: 13, y: 23 }, 5), []);
  assert.deepEqual(toggledSpot(spots, { x: 15, y: 20 }, 5), [[10, 20], [15, 20]]);
});
