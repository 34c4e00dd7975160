import assert from "node:assert/strict";
import {
  boxAround,
  boxBetween,
  cornerOpposite,
  coverAt,
  grown,
  movedInside,
} from "../../../../pages/photo/stage/covers.js";

/** @import { Cover } from "../../../../pages/photo/stage/covers.js" */

const PHOTO = { width: 100, height: 50 };

Deno.test("a drawn box lies between its corners, whichever was first, and inside the photo", () => {
  for (const [one, other] of [[{ x: 10, y: 5 }, { x: 30, y: 25 }], [{ x: 30, y: 5 }, { x: 10, y: 25 }]]) {
    assert.deepEqual(boxBetween(one, other, PHOTO), [10, 5, 20, 20]);
  }
  assert.deepEqual(boxBetween({ x: -9, y: 40 }, { x: 30, y: 999 }, PHOTO), [0, 40, 30, 10]);
});

Deno.test("a moved box keeps its size and stops at the edges", () => {
  assert.deepEqual(movedInside([10, 10, 20, 20], 5, -5, PHOTO), [15, 5, 20, 20]);
  assert.deepEqual(movedInside([10, 10, 20, 20], 500, 500, PHOTO), [80, 30, 20, 20]);
  assert.deepEqual(movedInside([10, 10, 20, 20], -500, -500, PHOTO), [0, 0, 20, 20]);
});

Deno.test("a box around a point near the edge is moved into the photo", () => {
  assert.deepEqual(boxAround({ x: 50, y: 25 }, [20, 10], PHOTO), [40, 20, 20, 10]);
  assert.deepEqual(boxAround({ x: 0, y: 50 }, [20, 10], PHOTO), [0, 40, 20, 10]);
});

Deno.test("a box grows on both sides, and not beyond its bounds", () => {
  assert.deepEqual(grown([40, 20, 20, 10], 4, 2, 3, PHOTO), [38, 19, 24, 12]);
  assert.deepEqual(grown([40, 20, 20, 10], -99, -99, 3, PHOTO), [48.5, 23.5, 3, 3]);
  assert.deepEqual(grown([40, 20, 20, 10], 999, 999, 3, PHOTO), [0, 0, 100, 50]);
});

Deno.test("a corner is taken hold of near it, and the opposite one stays", () => {
  assert.deepEqual(cornerOpposite([10, 10, 20, 20], { x: 29, y: 31 }, 3), { x: 10, y: 10 });
  assert.deepEqual(cornerOpposite([10, 10, 20, 20], { x: 10, y: 30 }, 3), { x: 30, y: 10 });
  assert.equal(cornerOpposite([10, 10, 20, 20], { x: 20, y: 20 }, 3), undefined);
});

Deno.test("inside a small box, only what is close to a corner takes hold of it", () => {
  assert.equal(cornerOpposite([10, 10, 20, 20], { x: 16, y: 16 }, 24), undefined);
  assert.deepEqual(cornerOpposite([10, 10, 20, 20], { x: 13, y: 13 }, 24), { x: 30, y: 30 });
  assert.deepEqual(cornerOpposite([10, 10, 20, 20], { x: 4, y: 4 }, 24), { x: 30, y: 30 });
});

Deno.test("of covers that lie over each other, the one on top is meant", () => {
  const covers = /** @type {Cover[]} */ ([
    { box: [0, 0, 30, 30], shape: "box" },
    { box: [10, 10, 30, 30], shape: "oval" },
  ]);
  assert.equal(coverAt(covers, { x: 20, y: 20 }), 1);
  assert.equal(coverAt(covers, { x: 5, y: 5 }), 0);
  assert.equal(coverAt(covers, { x: 90, y: 5 }), -1);
});
