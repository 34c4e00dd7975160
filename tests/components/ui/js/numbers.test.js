import assert from "node:assert/strict";
import { arrowDirection, clamp } from "../../../../components/ui/js/numbers.js";

Deno.test("a value is held between two bounds", () => {
  assert.equal(clamp(5, 0, 10), 5);
  assert.equal(clamp(-1, 0, 10), 0);
  assert.equal(clamp(11, 0, 10), 10);
});

Deno.test("arrow keys have directions, other keys have none", () => {
  const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter"];
  assert.deepEqual(keys.map(arrowDirection), [[-1, 0], [1, 0], [0, -1], [0, 1], undefined]);
});
