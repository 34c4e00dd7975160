import assert from "node:assert/strict";
import { labelLayout, labelLayouts, missedReach } from "../../../../pages/photo/stage/drawing.js";

/** @import { Face } from "../../../../pages/photo/stage/drawing.js" */

const STYLE = { boxes: true, keypoints: true, numbers: true, confidences: true };

/**
 * @param {[number, number, number, number]} box
 * @returns {Face}
 */
function face(box) {
  return { index: 0, number: 7, confidence: "0.98", box, keypoints: [] };
}

Deno.test("a label says what is asked for", () => {
  const wide = face([100, 100, 200, 200]);
  assert.equal(labelLayout(wide, STYLE, 800, 1).text, "7 · 0.98");
  assert.equal(labelLayout(wide, { ...STYLE, confidences: false }, 800, 1).text, "7");
  assert.equal(labelLayout(wide, { ...STYLE, numbers: false }, 800, 1).text, "0.98");
});

Deno.test("a small face keeps only its number", () => {
  const small = face([100, 100, 20, 20]);
  assert.equal(labelLayout(small, STYLE, 800, 1).text, "7");
  assert.equal(labelLayout(small, { ...STYLE, numbers: false }, 800, 1).text, "0.98");
});

Deno.test("a label stands above its face and inside the photo", () => {
  const label = labelLayout(face([790, 0, 100, 100]), STYLE, 800, 1);
  assert.equal(label.left + label.width, 800);
  assert.equal(label.top, 0);
  const usual = labelLayout(face([100, 100, 200, 200]), STYLE, 800, 1);
  assert.equal(usual.left, 100);
  assert.equal(usual.top + usual.height, 100);
});

Deno.test("labels and marks keep their size on the screen", () => {
  const [one, two] = [1, 0.5].map((unit) => labelLayout(face([100, 100, 200, 200]), STYLE, 800, unit));
  assert.equal(one.size, 13);
  assert.equal(two.size, 6.5);
  assert.equal(missedReach(0.5), missedReach(1) / 2);
});

Deno.test("labels in a crowd do not lie over each other", () => {
  // Faces of 30 pixels, closer to each other than a label is wide.
  const faces = [...Array(40).keys()].map((index) => ({
    ...face([12 * (index % 10), 40 * Math.floor(index / 10) + 20, 30, 30]),
    index,
    number: index + 1,
  }));
  const labels = [...labelLayouts(faces, STYLE, 400, 300, 1).values()];
  assert(labels.length > 10 && labels.length < 40);
  for (const [index, a] of labels.entries()) {
    for (const b of labels.slice(index + 1)) {
      const apart = a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top ||
        b.top + b.height <= a.top;
      assert(apart);
    }
  }
});

Deno.test("each face has its label where there is room, and candidates have none", () => {
  const faces = [face([10, 100, 60, 60]), { ...face([200, 100, 60, 60]), index: 1, number: 0 }];
  const labels = labelLayouts(faces, STYLE, 400, 300, 1);
  assert.deepEqual([...labels.keys()], [0]);
  assert.deepEqual(labels.get(0), labelLayout(faces[0], STYLE, 400, 1));
  assert.equal(labelLayouts(faces, { ...STYLE, numbers: false, confidences: false }, 400, 300, 1).size, 0);
});
