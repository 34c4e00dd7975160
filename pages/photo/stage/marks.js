// What the visitor marks in a photo.

/**
 * @import { Cover } from "./covers.js"
 *
 * All marks in a photo. `turn` grows with every change, so that browser and server know whose are newer.
 *
 * @typedef {object} Marks
 * @property {number} turn
 * @property {number[]} chosen Indices of the chosen faces.
 * @property {number[]} false_alarms Indices of the boxes that are no faces.
 * @property {[number, number][]} missed Faces without a box, in pixels of the photo.
 * @property {Cover[]} covers Places to hide besides the faces.
 * @property {boolean} judged Whether the visitor has judged the boxes.
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
 * The spots that are not near a point.
 *
 * @param {[number, number][]} spots
 * @param {{ x: number, y: number }} point
 * @param {number} reach
 */
export function farFrom(spots, { x, y }, reach) {
  return spots.filter(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y) >= reach);
}

/**
 * The spots without those near a point; if there are none near it, the spots and the point.
 *
 * @param {[number, number][]} spots
 * @param {{ x: number, y: number }} point
 * @param {number} reach
 * @returns {[number, number][]}
 */
export function toggledSpot(spots, point, reach) {
  const far = farFrom(spots, point, reach);
  return far.length < spots.length ? far : [...spots, [point.x, point.y]];
}
