import assert from "node:assert/strict";
import { chartScale, outlines } from "../../../pages/live/numbers.js";

const STEPS = [[4, 8], [2, 4], [2, 4]].map((milliseconds, index) => ({
  name: String(index),
  colour: "#000",
  milliseconds,
}));

Deno.test("steps are stacked in their proportions", () => {
  // The upper edges, of 20 milliseconds, from the first frame to the last.
  const edges = outlines(STEPS, 20).map((shape) =>
    [...shape.matchAll(/% ([\d.]+)%/g)].slice(0, 2).map(height)
  );
  assert.deepEqual(edges, [[20, 40], [30, 60], [40, 80]]);
});

Deno.test("the scale holds all frames, where there is one for them", () => {
  for (const [longest, top] of [[16, 20], [21, 40], [100, 160], [900, 160]]) {
    const steps = [{ name: "mesh", colour: "#000", milliseconds: [8, longest] }];
    assert.deepEqual(chartScale(steps), { longest, top });
  }
  assert.deepEqual(chartScale([{ name: "mesh", colour: "#000", milliseconds: [] }]), { longest: 0, top: 20 });
});

/** @param {RegExpMatchArray} match */
function height(match) {
  return 100 - Number(match[1]);
}
