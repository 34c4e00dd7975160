// What part of the photo is visible, and what is where. Lengths are pixels of the photo, unless stated otherwise.

import { clamp } from "../../../components/ui/js/numbers.js";

/**
 * x, y, width and height; x and y are the top left corner.
 * @typedef {[number, number, number, number]} Box
 *
 * @typedef {{ x: number, y: number }} Point
 *
 * The visible part of the photo.
 * @typedef {{ x: number, y: number, width: number, height: number }} View
 */

// The strongest zoom: the photo's width divided by the width of the visible part.
const MOST_ZOOM = 16;

// Width divided by height. A longer photo has space beside it, so that a strip does not become metres high.
const NARROWEST = 0.4;
const WIDEST = 4;

/**
 * The frame's width divided by its height, for a photo of this size.
 *
 * @param {number} width
 * @param {number} height
 */
export function aspectFor(width, height) {
  return clamp(width / height, NARROWEST, WIDEST);
}

/**
 * The view of the whole photo, in the middle of its frame.
 *
 * @param {number} width
 * @param {number} height
 * @returns {View}
 */
export function wholeView(width, height) {
  const aspect = aspectFor(width, height);
  const viewWidth = Math.max(width, height * aspect);
  const viewHeight = viewWidth / aspect;
  return { x: (width - viewWidth) / 2, y: (height - viewHeight) / 2, width: viewWidth, height: viewHeight };
}

/**
 * The nearest view inside the whole.
 *
 * @param {View} view
 * @param {View} whole
 * @returns {View}
 */
export function keptInside(view, whole) {
  return {
    ...view,
    x: clamp(view.x, whole.x, whole.x + whole.width - view.width),
    y: clamp(view.y, whole.y, whole.y + whole.height - view.height),
  };
}

/**
 * The view after zooming in by a factor, while a point stays where it is on the screen.
 *
 * @param {View} view
 * @param {View} whole
 * @param {number} factor Above 1 zooms in, below 1 zooms out.
 * @param {Point} around
 * @returns {View}
 */
export function zoomed(view, whole, factor, around) {
  const width = clamp(view.width / factor, whole.width / MOST_ZOOM, whole.width);
  const share = width / view.width;
  const height = view.height * share;
  const x = around.x - (around.x - view.x) * share;
  const y = around.y - (around.y - view.y) * share;
  return keptInside({ x, y, width, height }, whole);
}

/**
 * The view after moving it.
 *
 * @param {View} view
 * @param {View} whole
 * @param {number} right
 * @param {number} down
 * @returns {View}
 */
export function moved(view, whole, right, down) {
  return keptInside({ ...view, x: view.x + right, y: view.y + down }, whole);
}

/**
 * The same view where it shows the whole box, otherwise one with the box in its middle.
 *
 * @param {View} view
 * @param {View} whole
 * @param {Box} box
 * @returns {View}
 */
export function showing(view, whole, [x, y, width, height]) {
  const inside = x >= view.x && y >= view.y && x + width <= view.x + view.width &&
    y + height <= view.y + view.height;
  if (inside) return view;
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  return keptInside({ ...view, x: middleX - view.width / 2, y: middleY - view.height / 2 }, whole);
}

/**
 * The view in which a box takes a third of the width or of the height, as far as zooming goes.
 *
 * @param {View} whole
 * @param {Box} box
 * @returns {View}
 */
export function closeTo(whole, [x, y, width, height]) {
  const factor = Math.min(whole.width / (3 * width), whole.height / (3 * height));
  const view = zoomed(whole, whole, factor, middleOf(whole));
  return keptInside(
    { ...view, x: x + (width - view.width) / 2, y: y + (height - view.height) / 2 },
    whole,
  );
}

/** @param {View} view */
export function middleOf(view) {
  return { x: view.x + view.width / 2, y: view.y + view.height / 2 };
}

/**
 * Where on the photo a point of the screen lies.
 *
 * @param {{ clientX: number, clientY: number }} pointer In CSS pixels.
 * @param {{ left: number, top: number, width: number, height: number }} frame On the screen, in CSS pixels.
 * @param {View} view
 * @returns {Point}
 */
export function placeOnPhoto(pointer, frame, view) {
  return {
    x: view.x + ((pointer.clientX - frame.left) / frame.width) * view.width,
    y: view.y + ((pointer.clientY - frame.top) / frame.height) * view.height,
  };
}

/**
 * The distance between two pointers, in CSS pixels.
 *
 * @param {{ clientX: number, clientY: number }} one
 * @param {{ clientX: number, clientY: number }} other
 */
export function distance(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

/**
 * The face at a point; the smallest one where faces lie within each other.
 *
 * @template {{ box: Box }} Face
 * @param {Face[]} faces
 * @param {Point} point
 * @param {number} slack How far from the point a face may be, if there is none at the point.
 * @returns {Face | undefined}
 */
export function faceAt(faces, { x, y }, slack) {
  /** @param {number} beside */
  const smallestWithin = (beside) =>
    faces
      .filter(({ box: [left, top, width, height] }) =>
        x >= left - beside && y >= top - beside && x <= left + width + beside && y <= top + height + beside
      )
      .sort((a, b) => a.box[2] * a.box[3] - b.box[2] * b.box[3])[0];
  return smallestWithin(0) ?? smallestWithin(slack);
}
