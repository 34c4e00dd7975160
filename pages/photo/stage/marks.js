// What the visitor marks in a photo.

/**
 * All marks in a photo. `turn` grows with every change, so that browser and server know whose are newer.
 *
 * @typedef {object} Marks
 * @property {number} turn
 * @property {number[]} chosen Indices of the chosen faces.
 * @property {number[]} false_alarms Indices of the boxes that are no faces.
 * @property {[number, number][]} missed Faces without a box, in pixels of the photo.
 */

/**
 * The list without the value if it contains it, otherwise with it.
 *
 * @param {number[]} values
 * @param {number} value
 */
export function toggled(values, value) {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

/**
 * The spots without those near a point; if there are none near it, the spots and the point.
 *
 * @param {[number, number][]} spots
 * @param {{ x: number, y: number }} point
 * @param {number} reach
 * @returns {[number, number][]}
 */
export function toggledSpot(spots, { x, y }, reach) {
  const far = spots.filter(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y) >= reach);
  return far.length < spots.length ? far : [...spots, [x, y]];
}
