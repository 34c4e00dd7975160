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
 * The list without a value that it holds, or with one that it does not hold.
 *
 * @param {number[]} values
 * @param {number} value
 */
export function toggled(values, value) {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

/**
 * The spots without those near a point, or with the point where there are none near it.
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
