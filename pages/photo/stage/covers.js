// Covers that the visitor draws, moves and resizes. Lengths are pixels of the photo.

import { clamp } from "../../../components/ui/js/numbers.js";

/**
 * @import { Box, Point } from "./geometry.js"
 *
 * A place to hide: the whole box, or the oval inside it.
 *
 * @typedef {{ box: Box, shape: "box" | "oval" }} Cover
 *
 * The size of the photo.
 *
 * @typedef {{ width: number, height: number }} Size
 */

/**
 * The box between two corners, inside the photo.
 *
 * @param {Point} one
 * @param {Point} other
 * @param {Size} photo
 * @returns {Box}
 */
export function boxBetween(one, other, photo) {
  const [left, right] = [one.x, other.x].map((x) => clamp(x, 0, photo.width)).sort((a, b) => a - b);
  const [top, bottom] = [one.y, other.y].map((y) => clamp(y, 0, photo.height)).sort((a, b) => a - b);
  return [left, top, right - left, bottom - top];
}

/**
 * A box of this size around a point, moved into the photo.
 *
 * @param {Point} middle
 * @param {[number, number]} size Width and height.
 * @param {Size} photo
 * @returns {Box}
 */
export function boxAround(middle, [width, height], photo) {
  return movedInside([middle.x - width / 2, middle.y - height / 2, width, height], 0, 0, photo);
}

/**
 * A box after a move that ends at the photo's edges.
 *
 * @param {Box} box
 * @param {number} right
 * @param {number} down
 * @param {Size} photo
 * @returns {Box}
 */
export function movedInside([x, y, width, height], right, down, photo) {
  const [fitX, fitY] = [Math.max(photo.width - width, 0), Math.max(photo.height - height, 0)];
  return [clamp(x + right, 0, fitX), clamp(y + down, 0, fitY), width, height];
}

/**
 * A box that is wider and higher by as much on each side.
 *
 * @param {Box} box
 * @param {number} wider
 * @param {number} higher
 * @param {number} least The shortest side.
 * @param {Size} photo
 * @returns {Box}
 */
export function grown([x, y, width, height], wider, higher, least, photo) {
  const newWidth = clamp(width + wider, least, photo.width);
  const newHeight = clamp(height + higher, least, photo.height);
  const [left, top] = [x + (width - newWidth) / 2, y + (height - newHeight) / 2];
  return movedInside([left, top, newWidth, newHeight], 0, 0, photo);
}

/**
 * @param {Box} box
 * @returns {Point[]} Top left, top right, bottom right, bottom left.
 */
export function cornersOf([x, y, width, height]) {
  return [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }];
}

/**
 * The corner that stays where it is while the nearest one to a point is dragged; undefined where none is near.
 *
 * @param {Box} box
 * @param {Point} point
 * @param {number} reach Less inside a small box, so that its middle is left to move it.
 */
export function cornerOpposite(box, point, reach) {
  const [x, y, width, height] = box;
  const isInside = point.x > x && point.x < x + width && point.y > y && point.y < y + height;
  const near = isInside ? Math.min(reach, width / 4, height / 4) : reach;
  const corners = cornersOf(box);
  const distances = corners.map((corner) => Math.hypot(corner.x - point.x, corner.y - point.y));
  const nearest = distances.indexOf(Math.min(...distances));
  return distances[nearest] <= near ? corners[(nearest + 2) % 4] : undefined;
}

/**
 * The index of the topmost cover at a point; -1 where there is none.
 *
 * @param {Cover[]} covers
 * @param {Point} point
 */
export function coverAt(covers, { x, y }) {
  return covers.findLastIndex(({ box: [left, top, width, height] }) =>
    x >= left && y >= top && x <= left + width && y <= top + height
  );
}
