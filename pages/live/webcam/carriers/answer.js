// What the server answers to a frame; `components/live/answer.py` writes it.

/**
 * @typedef {object} Head
 * @property {number} number The frame's.
 * @property {number} faces
 * @property {boolean} detectorRan
 * @property {string[]} lines What is written on the picture.
 * @property {number} [servedMs] Milliseconds that the server worked on it.
 * @property {unknown} [numbers] What stands beside the picture; comes only now and then.
 *
 * @typedef {object} Answer
 * @property {Head} head
 * @property {Int16Array[]} faces For each face x and y of all points, in units of the frame's size by the point scale.
 */

/**
 * @param {ArrayBuffer} message
 * @returns {Answer}
 */
export function readAnswer(message) {
  const length = new DataView(message).getUint32(0, true);
  /** @type {Head} */
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length)));
  // A copy, since 16-bit numbers must begin at an even place.
  const points = new Int16Array(message.slice(4 + length));
  const each = points.length / Math.max(head.faces, 1);
  const faces = Array.from(
    { length: head.faces },
    (_, face) => points.subarray(face * each, (face + 1) * each),
  );
  return { head, faces };
}

/**
 * A frame as the server takes it: its number, its time, and the JPEG file.
 *
 * @param {number} number
 * @param {number} milliseconds
 * @param {ArrayBuffer} jpeg
 */
export function frameMessage(number, milliseconds, jpeg) {
  const message = new Uint8Array(8 + jpeg.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(0, number, true);
  view.setUint32(4, milliseconds, true);
  message.set(new Uint8Array(jpeg), 8);
  return message.buffer;
}
