import assert from "node:assert/strict";
import { CoverTool } from "../../../../pages/photo/stage/cover_tool.js";

/** @import { Cover } from "../../../../pages/photo/stage/covers.js" */

/**
 * A tool on a photo of 100 × 50 pixels, each as large as one of the screen.
 *
 * @param {Cover[]} first
 */
function toolWith(first) {
  const state = { covers: first, kept: 0 };
  const tool = new CoverTool({
    covers: () => state.covers,
    show: (covers) => state.covers = covers,
    keep: (covers) => {
      state.covers = covers;
      state.kept += 1;
    },
    photo: () => ({ width: 100, height: 50 }),
    unit: () => 1,
  });
  return { tool, state };
}

const COVER = /** @type {Cover} */ ({ box: [10, 10, 20, 20], shape: "box" });

Deno.test("a drag draws a cover of the chosen shape, and reports it once", () => {
  const { tool, state } = toolWith([]);
  tool.tool = "oval";
  const drag = tool.grab({ x: 40, y: 10 }, false);
  drag?.move({ x: 50, y: 20 });
  drag?.move({ x: 70, y: 30 });
  assert.equal(state.kept, 0);
  drag?.end();
  assert.deepEqual(state.covers, [{ box: [40, 10, 30, 20], shape: "oval" }]);
  assert.equal(state.kept, 1);
  assert.equal(tool.selected, 0);
});

Deno.test("a slip of the hand leaves no cover", () => {
  const { tool, state } = toolWith([COVER]);
  tool.tool = "box";
  const drag = tool.grab({ x: 60, y: 10 }, false);
  drag?.move({ x: 63, y: 40 });
  drag?.end();
  assert.deepEqual(state.covers, [COVER]);
  assert.equal(tool.selected, -1);
});

Deno.test("without a drawing tool, a drag beside the covers moves the view", () => {
  const { tool } = toolWith([COVER]);
  assert.equal(tool.grab({ x: 60, y: 10 }, false), undefined);
});

Deno.test("a cover is moved, also while drawing", () => {
  const { tool, state } = toolWith([COVER]);
  tool.tool = "oval";
  const drag = tool.grab({ x: 20, y: 20 }, false);
  drag?.move({ x: 30, y: 15 });
  drag?.end();
  assert.deepEqual(state.covers, [{ box: [20, 5, 20, 20], shape: "box" }]);
});

Deno.test("the selected cover is resized by a corner, and a finger may miss it by more", () => {
  for (const [byFinger, x] of /** @type {[boolean, number][]} */ ([[false, 36], [true, 48]])) {
    const { tool, state } = toolWith([COVER]);
    tool.select({ x: 20, y: 20 });
    const drag = tool.grab({ x, y: 30 }, byFinger);
    drag?.move({ x: 60, y: 40 });
    drag?.end();
    assert.deepEqual(state.covers, [{ box: [10, 10, 50, 30], shape: "box" }]);
  }
});

Deno.test("a finger in the middle of a small cover moves it", () => {
  const { tool, state } = toolWith([COVER]);
  tool.select({ x: 20, y: 20 });
  const drag = tool.grab({ x: 22, y: 19 }, true);
  drag?.move({ x: 32, y: 14 });
  drag?.end();
  assert.deepEqual(state.covers, [{ box: [20, 5, 20, 20], shape: "box" }]);
});

Deno.test("a cover cannot be resized to nothing, and a tiny one can still be moved", () => {
  const { tool, state } = toolWith([COVER]);
  tool.select({ x: 20, y: 20 });
  const resized = tool.grab({ x: 30, y: 30 }, false);
  resized?.move({ x: 11, y: 40 });
  resized?.end();
  assert.deepEqual(state.covers, [COVER]);
  assert.equal(tool.selected, 0);
  const tiny = /** @type {Cover} */ ({ box: [10, 10, 4, 4], shape: "box" });
  const { tool: other, state: after } = toolWith([tiny]);
  const moved = other.grab({ x: 12, y: 12 }, false);
  moved?.move({ x: 22, y: 12 });
  moved?.end();
  assert.deepEqual(after.covers, [{ ...tiny, box: [20, 10, 4, 4] }]);
});

Deno.test("a drag that is given up leaves everything as it was", () => {
  const { tool, state } = toolWith([COVER]);
  const drag = tool.grab({ x: 20, y: 20 }, false);
  drag?.move({ x: 30, y: 15 });
  drag?.cancel();
  assert.deepEqual(state.covers, [COVER]);
  assert.equal(state.kept, 0);
});

Deno.test("keys add, move, resize and remove", () => {
  const { tool, state } = toolWith([]);
  assert.equal(tool.step(1, 0, false), false);
  assert.equal(tool.remove(), false);
  assert.equal(tool.next(), false);
  tool.add({ x: 50, y: 25 }, [20, 10], "oval");
  assert.equal(tool.step(1, 0, false), true);
  assert.deepEqual(state.covers[0].box, [48, 20, 20, 10]);
  tool.step(0, 1, true);
  assert.deepEqual(state.covers[0].box, [48, 16, 20, 18]);
  tool.add({ x: 10, y: 10 }, [10, 10], "box");
  tool.next();
  assert.equal(tool.selected, 0);
  assert.equal(tool.remove(), true);
  assert.deepEqual(state.covers.map((cover) => cover.shape), ["box"]);
  assert.equal(tool.selected, -1);
});
