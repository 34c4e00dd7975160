import assert from "node:assert/strict";
import { cellsInView } from "../../../../pages/album/sheet/face_grid.js";

Deno.test("only the cells in view and some rows around them are drawn, with any number of faces", () => {
  for (const count of [0, 1, 50, 2000, 100_000]) {
    for (const top of [0, 124, 5000, 1_000_000]) {
      const [first, last] = cellsInView(count, 10, top, 620);
      assert.ok(first <= last && last <= count);
      assert.ok(last - first <= (5 + 1 + 6) * 10);
    }
  }
});

Deno.test("every cell in view is drawn", () => {
  const [first, last] = cellsInView(2000, 8, 1300, 500);
  assert.ok(first <= Math.floor(1300 / 124) * 8);
  assert.ok(last >= Math.ceil(1800 / 124) * 8);
});
