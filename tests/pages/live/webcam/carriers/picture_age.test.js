import assert from "node:assert/strict";
import { ageByResemblance } from "../../../../../pages/live/webcam/carriers/picture_age.js";

/**
 * What a camera sees at a time: a bright spot that wanders, never the same way twice.
 *
 * @param {number} time
 */
function view(time) {
  const middle = 48 + 30 * Math.sin(time / 400) + 12 * Math.sin(time / 170);
  return Float32Array.from({ length: 96 }, (_, at) => 200 * Math.exp(-(((at - middle) / 4) ** 2)));
}

const TIMES = Array.from({ length: 90 }, (_, index) => 1000 + index * 1000 / 30);
const TAKEN = TIMES.map((time) => ({ time, pixels: view(time) }));

Deno.test("the age is found, though something is drawn on what comes back", () => {
  for (const age of [0, 40, 120, 700]) {
    const returned = TIMES.filter((time) => time > 2600).map((time) => ({
      time,
      pixels: view(time - age).map((value, at) => (at % 16 ? value : 120)),
    }));
    const found = ageByResemblance(TAKEN, returned);
    assert.ok(found !== undefined && Math.abs(found - age) <= 20, `${found} instead of ${age}`);
  }
});

Deno.test("without motion the age is not known", () => {
  const still = TIMES.map((time) => ({ time, pixels: view(0) }));
  assert.equal(ageByResemblance(still, still.slice(60)), undefined);
});

Deno.test("without pictures the age is not known", () => {
  assert.equal(ageByResemblance([], TAKEN), undefined);
  assert.equal(ageByResemblance(TAKEN, []), undefined);
});
