import assert from "node:assert/strict";
import {
  aspectFor,
  closeTo,
  distance,
  faceAt,
  keptInside,
  middleOf,
  moved,
  placeOnPhoto,
  showing,
  wholeView,
  zoomed,
} from "../../../../pages/photo/stage/geometry.js";

/** @import { Box, View } from "../../../../pages/photo/stage/geometry.js" */

const WHOLE = wholeView(800, 600);

/**
 * Many views, places and factors, always the same ones.
 *
 * @param {(view: View, random: () => number) => void} check
 */
function forManyViews(check) {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let count = 0; count < 500; count++) {
    const width = WHOLE.width * (1 / 16 + random() * 15 / 16);
    const height = (width * WHOLE.height) / WHOLE.width;
    const view = { x: random() * WHOLE.width, y: random() * WHOLE.height, width, height };
    check(keptInside(view, WHOLE), random);
  }
}

/**
 * @param {View} inner
 * @param {View} outer
 */
function assertInside(inner, outer) {
  const slack = 1e-6;
  assert(inner.x >= outer.x - slack && inner.y >= outer.y - slack);
  assert(inner.x + inner.width <= outer.x + outer.width + slack);
  assert(inner.y + inner.height <= outer.y + outer.height + slack);
}

Deno.test("a usual photo fills its frame", () => {
  assert.equal(aspectFor(800, 600), 4 / 3);
  assert.deepEqual(WHOLE, { x: 0, y: 0, width: 800, height: 600 });
});

Deno.test("a strip has space beside it", () => {
  assert.equal(aspectFor(100, 10_000), 0.4);
  assert.deepEqual(wholeView(100, 10_000), { x: -1950, y: 0, width: 4000, height: 10_000 });
  assert.equal(aspectFor(10_000, 100), 4);
  assert.deepEqual(wholeView(10_000, 100), { x: 0, y: -1200, width: 10_000, height: 2500 });
});

Deno.test("zooming in keeps a point where it is on the screen", () => {
  const view = zoomed(WHOLE, WHOLE, 2, { x: 200, y: 150 });
  assert.deepEqual(view, { x: 100, y: 75, width: 400, height: 300 });
});

Deno.test("zooming never leaves the photo, and has an end", () => {
  forManyViews((view, random) => {
    const factor = Math.exp(4 * random() - 2);
    const around = { x: view.x + random() * view.width, y: view.y + random() * view.height };
    const now = zoomed(view, WHOLE, factor, around);
    assertInside(now, WHOLE);
    assert(now.width >= WHOLE.width / 16 - 1e-9);
    assert(Math.abs(now.width / now.height - WHOLE.width / WHOLE.height) < 1e-9);
  });
});

Deno.test("zooming in and out again leads back", () => {
  const there = zoomed(WHOLE, WHOLE, 3, { x: 321, y: 123 });
  const back = zoomed(there, WHOLE, 1 / 3, { x: 321, y: 123 });
  assert(Math.abs(back.x) < 1e-9 && Math.abs(back.width - 800) < 1e-9);
});

Deno.test("moving never leaves the photo", () => {
  assert.deepEqual(moved(WHOLE, WHOLE, 50, -50), WHOLE);
  const near = zoomed(WHOLE, WHOLE, 2, middleOf(WHOLE));
  assert.deepEqual(moved(near, WHOLE, 10, 20), { ...near, x: 210, y: 170 });
  forManyViews((view, random) => {
    assertInside(moved(view, WHOLE, 2000 * random() - 1000, 2000 * random() - 1000), WHOLE);
  });
});

Deno.test("a box that is visible moves nothing, another one comes into the middle", () => {
  const near = { x: 0, y: 0, width: 200, height: 150 };
  assert.equal(showing(near, WHOLE, [10, 10, 50, 50]), near);
  assert.deepEqual(showing(near, WHOLE, [380, 280, 40, 40]), { ...near, x: 300, y: 225 });
  assert.deepEqual(showing(near, WHOLE, [780, 580, 20, 20]), { ...near, x: 600, y: 450 });
});

Deno.test("a place on the screen is a place on the photo", () => {
  const frame = { left: 20, top: 10, width: 400, height: 300 };
  const near = { x: 100, y: 75, width: 400, height: 300 };
  assert.deepEqual(placeOnPhoto({ clientX: 20, clientY: 10 }, frame, WHOLE), { x: 0, y: 0 });
  assert.deepEqual(placeOnPhoto({ clientX: 420, clientY: 310 }, frame, WHOLE), { x: 800, y: 600 });
  assert.deepEqual(placeOnPhoto({ clientX: 120, clientY: 60 }, frame, near), { x: 200, y: 125 });
});

Deno.test("the distance between pointers", () => {
  assert.equal(distance({ clientX: 1, clientY: 2 }, { clientX: 4, clientY: 6 }), 5);
});

Deno.test("of faces within each other the smaller one is meant", () => {
  const [large, small] =
    /** @type {{ box: Box }[]} */ ([{ box: [0, 0, 100, 100] }, { box: [40, 40, 20, 20] }]);
  assert.equal(faceAt([large, small], { x: 50, y: 50 }, 0), small);
  assert.equal(faceAt([large, small], { x: 10, y: 10 }, 0), large);
  assert.equal(faceAt([large, small], { x: 101, y: 10 }, 0), undefined);
});

Deno.test("a finger may miss a face by a little, but a hit comes first", () => {
  const [large, small] =
    /** @type {{ box: Box }[]} */ ([{ box: [0, 0, 100, 100] }, { box: [105, 0, 10, 10] }]);
  assert.equal(faceAt([large], { x: 105, y: 50 }, 12), large);
  assert.equal(faceAt([large, small], { x: 99, y: 5 }, 12), large);
  assert.equal(faceAt([large, small], { x: 102, y: 5 }, 12), small);
});

Deno.test("a view close to a box shows it whole, large and in the middle", () => {
  const close = closeTo(WHOLE, [390, 290, 20, 20]);
  assert.deepEqual(close, { x: 360, y: 270, width: 80, height: 60 });
  // At the edge it cannot be in the middle, and a box of a few pixels cannot be a third of it.
  const corner = closeTo(WHOLE, [790, 590, 2, 2]);
  assert.equal(corner.width, WHOLE.width / 16);
  assertInside({ x: 790, y: 590, width: 2, height: 2 }, corner);
  assertInside(corner, WHOLE);
  assert.deepEqual(closeTo(WHOLE, [0, 0, 800, 600]), WHOLE);
});
