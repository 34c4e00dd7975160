import assert from "node:assert/strict";
import {
  byPhoto,
  captionOf,
  chooseFaces,
  countInSteps,
  facesOf,
  isWithin,
  reasonForNone,
  stepsInUse,
  totalsInWords,
  withPart,
} from "../../../../pages/album/sheet/choice.js";

/** @import { Choice } from "../../../../pages/album/sheet/choice.js" */

/**
 * @param {number} confidence
 * @param {number} size
 * @param {number} sharpness
 */
const sentFace = (confidence, size, sharpness) => ({ confidence, size, sharpness, label: "", picture: "" });

const PHOTOS = [{ id: "b", name: "first" }, { id: "a", name: "second" }, { id: "c", name: "not looked at" }];
const SENT = new Map([
  ["a", { id: "a", faces: [sentFace(0.99, 50, 10), sentFace(0.6, 20, 300)] }],
  ["b", { id: "b", faces: [sentFace(0.95, 200, 100)] }],
  ["gone", { id: "gone", faces: [sentFace(1, 1, 1)] }],
]);
const FACES = facesOf(PHOTOS, SENT);

/** @type {Choice} */
const ALL = { order: "photo", photo: "", confidence: 0, size: 0, sharpness: 0 };

/** @param {Partial<Choice>} change */
const chosen = (change) =>
  chooseFaces(FACES, { ...ALL, ...change }).map(({ photo, index }) => `${photo}${index}`);

Deno.test("faces come photo by photo, in the album's order", () => {
  assert.deepEqual(chosen({}), ["b0", "a0", "a1"]);
  assert.deepEqual(FACES.map(({ name }) => name), ["first", "second", "second"]);
});

Deno.test("faces are sorted by what is chosen", () => {
  assert.deepEqual(chosen({ order: "confidence" }), ["a0", "b0", "a1"]);
  assert.deepEqual(chosen({ order: "doubt" }), ["a1", "b0", "a0"]);
  assert.deepEqual(chosen({ order: "size" }), ["b0", "a0", "a1"]);
  assert.deepEqual(chosen({ order: "sharpness" }), ["a1", "b0", "a0"]);
  assert.deepEqual(chosen({ order: "blur" }), ["a0", "b0", "a1"]);
});

Deno.test("only faces that reach every measure are shown", () => {
  assert.deepEqual(chosen({ confidence: 0.95 }), ["b0", "a0"]);
  assert.deepEqual(chosen({ size: 51 }), ["b0"]);
  assert.deepEqual(chosen({ sharpness: 100 }), ["b0", "a1"]);
  assert.deepEqual(chosen({ sharpness: 100, confidence: 0.95 }), ["b0"]);
  assert.deepEqual(chosen({ photo: "a" }), ["a0", "a1"]);
});

Deno.test("a measure can be left out, for the bars above its slider", () => {
  assert.equal(isWithin(FACES[2], { ...ALL, confidence: 0.9 }), false);
  assert.equal(isWithin(FACES[2], { ...ALL, confidence: 0.9 }, "confidence"), true);
});

Deno.test("values are counted in the steps of a slider", () => {
  assert.deepEqual(countInSteps([0.4, 0.5, 0.59, 0.6, 2], [0.5, 0.6, 1]), [3, 1, 1]);
  assert.deepEqual(countInSteps([], [1, 2]), [0, 0]);
});

Deno.test("Python gets the indices of each photo", () => {
  assert.deepEqual(byPhoto(["b", "a"], chooseFaces(FACES, ALL)), { b: [0], a: [0, 1] });
  // A photo is shown even if none of its faces are.
  assert.deepEqual(byPhoto(["b", "a"], chooseFaces(FACES, { ...ALL, size: 100 })), { b: [0], a: [] });
});

Deno.test("totals are said in words", () => {
  assert.equal(totalsInWords(1, 1, 1), "1 face in 1 photo");
  assert.equal(totalsInWords(2000, 2000, 200), "2,000 faces in 200 photos");
  assert.equal(totalsInWords(5, 1234, 20), "5 of 1,234 faces in 20 photos");
});

Deno.test("a photo with many faces comes in parts", () => {
  const first = { id: "x", first: 0, faces: [sentFace(0.9, 1, 1), sentFace(0.8, 1, 1)] };
  const second = { id: "x", first: 2, faces: [sentFace(0.7, 1, 1)] };
  const whole = withPart(withPart(undefined, first), second);
  assert.deepEqual(whole.faces.map(({ confidence }) => confidence), [0.9, 0.8, 0.7]);
  // Each run of the page sends all once more.
  assert.deepEqual(withPart(withPart(whole, first), second), whole);
});

Deno.test("a slider ends where the faces end, or where it is", () => {
  assert.equal(stepsInUse([3, 0, 2, 0, 0], 0), 3);
  assert.equal(stepsInUse([3, 0, 2, 0, 0], 4), 5);
  assert.equal(stepsInUse([0, 0, 0], 0), 2);
});

Deno.test("below a face stands what the faces are sorted by", () => {
  const face = { ...FACES[0], name: "IMG_20240517_0123.jpg" };
  assert.deepEqual(captionOf(face, "photo"), ["IMG_20240517", "_0123"]);
  assert.deepEqual(captionOf({ ...face, name: "a.jpg" }, "photo"), ["", "a"]);
  assert.deepEqual(captionOf(face, "size"), ["", "200 pixels"]);
  assert.deepEqual(captionOf(face, "blur"), ["", "100"]);
  assert.deepEqual(captionOf(face, "doubt"), ["", face.label]);
});

Deno.test("an empty sheet says why it is empty", () => {
  assert.equal(reasonForNone(1, 5), "");
  assert.match(reasonForNone(0, 0), /No face was found/);
  assert.match(reasonForNone(0, 1234), /None of 1,234/);
});
