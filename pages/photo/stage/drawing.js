// The shapes over the photo. Lengths are pixels of the photo; `unit` is how many of them are one pixel of the
// screen, so that lines and letters keep their size there.

import { clamp } from "../../../components/ui/js/numbers.js";
import { outlinedBox, svg } from "../../../components/ui/js/svg.js";
import { cornersOf } from "./covers.js";

/**
 * @import { Cover } from "./covers.js"
 * @import { Box, Point } from "./geometry.js"
 * @import { Marks } from "./marks.js"
 */

/**
 * @typedef {object} Face
 * @property {number} index Of the face in the photo.
 * @property {number} number Counted from 1; 0 for a candidate that is only hinted at.
 * @property {string} confidence As a label.
 * @property {Box} box
 * @property {[number, number][]} keypoints
 *
 * @typedef {object} Style What is drawn of each face.
 * @property {boolean} boxes
 * @property {boolean} keypoints
 * @property {boolean} numbers
 * @property {boolean} confidences
 *
 * @typedef {object} Label A face's label: its text, the size of the letters, and its place.
 * @property {string} text
 * @property {number} size
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

// Sizes on the screen, in CSS pixels.
const LABEL = 13;
const SMALLEST_LABEL = 9;
const CROSS_ARM = 14;
const MISSED_RADIUS = 11;
const HANDLE = 7;

/**
 * A face with its box, keypoints and label. A click reaches it where no box is drawn, too.
 *
 * @param {Face} face
 * @param {Style} style
 * @param {Marks} marks
 * @param {Label | undefined} label Where there is room for one.
 * @param {number} unit
 */
export function faceShape(face, style, marks, label, unit) {
  const shape = svg("g", { class: "face", "data-index": face.index });
  const chosen = marks.chosen.includes(face.index);
  const wrong = marks.false_alarms.includes(face.index);
  shape.classList.toggle("chosen", chosen);
  shape.classList.toggle("wrong", wrong);
  shape.classList.toggle("dashed", !face.number);
  const [x, y, width, height] = face.box;
  shape.append(svg("rect", { x, y, width, height, class: "area" }));
  if (style.boxes || chosen || wrong || !face.number) shape.append(...outlinedBox(face.box));
  if (wrong) {
    const d = `M${x} ${y}l${width} ${height}m0 ${-height}l${-width} ${height}`;
    shape.append(svg("path", { class: "box", d }));
  }
  if (!face.number) return shape;
  if (style.keypoints) shape.append(...keypointShapes(face, unit));
  if (label) shape.append(labelShape(label));
  return shape;
}

/**
 * @param {Face} face
 * @param {number} unit
 */
function keypointShapes({ box, keypoints }, unit) {
  const r = clamp(box[2] / 28, 0.9 * unit, 4 * unit);
  // An outline around the smallest dots would hide the eyes they mark.
  const kind = r > 1.5 * unit ? "keypoint outlined" : "keypoint";
  return keypoints.map(([cx, cy]) => svg("circle", { cx, cy, r, class: kind }));
}

/**
 * The labels of all faces that have a number, by the faces' indices. Where labels would lie over each other, the
 * later one is reduced to its number, moved below its face, or left out: zooming in shows it.
 *
 * @param {Face[]} faces
 * @param {Style} style
 * @param {number} photoWidth
 * @param {number} photoHeight
 * @param {number} unit
 * @returns {Map<number, Label>}
 */
export function labelLayouts(faces, style, photoWidth, photoHeight, unit) {
  const labels = /** @type {Map<number, Label>} */ (new Map());
  if (!style.numbers && !style.confidences) return labels;
  for (const face of faces.filter((other) => other.number)) {
    const label = labelLayout(face, style, photoWidth, unit);
    const short = labelLayout(face, { ...style, confidences: !style.numbers }, photoWidth, unit);
    const below = { ...short, top: Math.min(face.box[1] + face.box[3], photoHeight - short.height) };
    const free = [label, short, below].find((place) =>
      ![...labels.values()].some((other) => meet(place, other))
    );
    if (free) labels.set(face.index, free);
  }
  return labels;
}

/**
 * @param {Label} a
 * @param {Label} b
 */
function meet(a, b) {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height &&
    b.top < a.top + a.height;
}

/**
 * The text of a face's label and its place above the face, inside the photo.
 *
 * @param {Face} face
 * @param {Style} style
 * @param {number} photoWidth
 * @param {number} unit
 * @returns {Label}
 */
export function labelLayout({ number, confidence, box: [x, y, width] }, style, photoWidth, unit) {
  // Small faces stand close together, and labels of full size would cover them.
  const size = clamp(width / unit / 3, SMALLEST_LABEL, LABEL) * unit;
  const full = [style.numbers && number, style.confidences && confidence].filter(Boolean).join(" · ");
  /** @param {string} text */
  const widthOf = (text) => (0.56 * text.length + 0.6) * size;
  const text = style.numbers && widthOf(full) > 1.6 * width ? String(number) : full;
  const [labelWidth, height] = [widthOf(text), 1.4 * size];
  const left = Math.max(Math.min(x, photoWidth - labelWidth), 0);
  return { text, size, left, top: Math.max(y - height, 0), width: labelWidth, height };
}

/** @param {Label} label */
function labelShape({ text, size, left, top, width, height }) {
  const words = svg("text", { x: left + width / 2, y: top + height / 2, "font-size": size });
  words.textContent = text;
  const label = svg("g", { class: "label" });
  label.append(svg("rect", { x: left, y: top, width, height, rx: size / 4 }), words);
  return label;
}

/**
 * A cover, with handles at its corners while it is selected.
 *
 * @param {Cover} cover
 * @param {boolean} selected
 * @param {number} unit
 */
export function coverShape({ box, shape: kind }, selected, unit) {
  const [x, y, width, height] = box;
  const shape = svg("g", { class: "cover" });
  shape.classList.toggle("selected", selected);
  const oval = { cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2 };
  shape.append(kind === "oval" ? svg("ellipse", oval) : svg("rect", { x, y, width, height }));
  if (selected) {
    shape.append(
      ...cornersOf(box).map((corner) => svg("circle", { cx: corner.x, cy: corner.y, r: HANDLE * unit })),
    );
  }
  return shape;
}

/**
 * The mark of a face without a box.
 *
 * @param {[number, number]} spot
 * @param {number} unit
 */
export function missedShape([cx, cy], unit) {
  const shape = svg("g", { class: "missed" });
  const words = svg("text", { x: cx, y: cy, "font-size": 15 * unit });
  words.textContent = "?";
  shape.append(svg("circle", { cx, cy, r: missedReach(unit) }), words);
  return shape;
}

/**
 * How near a click must be to remove such a mark.
 *
 * @param {number} unit
 */
export function missedReach(unit) {
  return MISSED_RADIUS * unit;
}

/**
 * The size of the smallest face that is looked for, in the photo's lower left corner.
 *
 * @param {number} side
 * @param {number} photoWidth
 * @param {number} photoHeight
 * @param {number} unit
 */
export function smallestShape(side, photoWidth, photoHeight, unit) {
  const gap = 8 * unit;
  const size = 11 * unit;
  const shape = svg("g", { class: "smallest" });
  const [left, bottom] = [gap, photoHeight - gap];
  const textLeft = left + side + 0.5 * size;
  const words = svg("text", { x: textLeft, y: bottom - 0.2 * size, "font-size": size });
  words.textContent = `smallest face, ${side} pixels`;
  const width = Math.min(0.46 * words.textContent.length * size, photoWidth);
  const ground = { x: textLeft - 0.3 * size, y: bottom - 1.2 * size, width, height: 1.4 * size };
  shape.append(
    svg("rect", { ...ground, class: "ground", rx: size / 4 }),
    ...outlinedBox([left, bottom - side, side, side]),
    words,
  );
  return shape;
}

/**
 * The cross that arrow keys move, for marking without a mouse.
 *
 * @param {Point} place
 * @param {number} unit
 */
export function crossShape({ x, y }, unit) {
  const arm = CROSS_ARM * unit;
  return svg("path", { class: "cross", d: `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}` });
}
