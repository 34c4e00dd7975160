import assert from "node:assert/strict";
import { frameMessage, readAnswer } from "../../../../../pages/live/webcam/carriers/answer.js";
import { inBase64 } from "../../../../../pages/live/webcam/carriers/links.js";

/**
 * @param {object} head
 * @param {number[]} points
 */
function message(head, points) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + text.length + 2 * points.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, 4);
  points.forEach((point, index) => view.setInt16(4 + text.length + 2 * index, point, true));
  return bytes.buffer;
}

Deno.test("an answer is read, whether its points begin at an even place or not", () => {
  for (const lines of [[], ["a"], ["ab"], ["abc"]]) {
    const head = { number: 7, faces: 2, detectorRan: true, lines };
    const answer = readAnswer(message(head, [1, -2, 3, 4, 5, 6, 7, -32767]));
    assert.deepEqual(answer.head, head);
    assert.deepEqual(answer.faces.map((face) => [...face]), [[1, -2, 3, 4], [5, 6, 7, -32767]]);
  }
});

Deno.test("an answer may have no face", () => {
  const answer = readAnswer(message({ number: 0, faces: 0, detectorRan: false, lines: [] }, []));
  assert.deepEqual(answer.faces, []);
});

Deno.test("a frame begins with its number and its time", () => {
  const view = new DataView(frameMessage(258, 70_000, new Uint8Array([255, 216]).buffer));
  assert.equal(view.getUint32(0, true), 258);
  assert.equal(view.getUint32(4, true), 70_000);
  assert.deepEqual([view.getUint8(8), view.getUint8(9), view.byteLength], [255, 216, 10]);
});

Deno.test("any bytes are written in base64", () => {
  for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 30_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (7 * index) % 256);
    const read = Uint8Array.from(atob(inBase64(bytes)), (letter) => letter.charCodeAt(0));
    assert.deepEqual(read, bytes);
  }
});
