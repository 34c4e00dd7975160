// Which faces are shown, in which order, and how many there are of each kind.

/**
 * @import { Part, SentFace, SentPhoto } from "./album_registry.js"
 *
 * @typedef {SentFace & { photo: string, name: string, index: number }} AlbumFace A face with its photo's
 *   id and name, and with its index in the photo.
 *
 * @typedef {object} Choice
 * @property {string} order
 * @property {string} photo The id of the only photo whose faces are shown; empty for all.
 * @property {number} confidence The lowest that is shown; so are size and sharpness.
 * @property {number} size
 * @property {number} sharpness
 */

export const MEASURES = /** @type {const} */ (["confidence", "size", "sharpness"]);

/** @typedef {typeof MEASURES[number]} Measure */

/** @type {Record<string, (a: AlbumFace, b: AlbumFace) => number>} */
const ORDERS = {
  photo: () => 0,
  confidence: (a, b) => b.confidence - a.confidence,
  doubt: (a, b) => a.confidence - b.confidence,
  size: (a, b) => b.size - a.size,
  sharpness: (a, b) => b.sharpness - a.sharpness,
  blur: (a, b) => a.sharpness - b.sharpness,
};

/**
 * All faces, photo by photo.
 *
 * @param {{ id: string, name: string }[]} photos In the album's order.
 * @param {Map<string, SentPhoto>} sent
 * @returns {AlbumFace[]}
 */
export function facesOf(photos, sent) {
  return photos.flatMap(({ id, name }) =>
    (sent.get(id)?.faces ?? []).map((face, index) => ({ ...face, photo: id, name, index }))
  );
}

/**
 * Whether a face is shown, as far as all measures but one say.
 *
 * @param {AlbumFace} face
 * @param {Choice} choice
 * @param {Measure} [except]
 */
export function isWithin(face, choice, except) {
  return (!choice.photo || face.photo === choice.photo) &&
    MEASURES.every((measure) => measure === except || face[measure] >= choice[measure]);
}

/**
 * The faces that are shown, in their order; equal ones stay photo by photo.
 *
 * @param {AlbumFace[]} faces
 * @param {Choice} choice
 */
export function chooseFaces(faces, choice) {
  return faces.filter((face) => isWithin(face, choice)).sort(ORDERS[choice.order]);
}

/**
 * How many values lie in each step, from its lower end to that of the next.
 *
 * @param {number[]} values
 * @param {number[]} steps Lower ends, in order; the first one takes what is lower, too.
 */
export function countInSteps(values, steps) {
  const counts = steps.map(() => 0);
  for (const value of values) {
    const next = steps.findIndex((step) => step > value);
    counts[Math.max((next === -1 ? steps.length : next) - 1, 0)] += 1;
  }
  return counts;
}

/**
 * How many steps a slider needs: up to the last one that a face reaches, or that is chosen.
 *
 * @param {number[]} counts Of the faces in each step.
 * @param {number} chosen The index of the step that is chosen.
 */
export function stepsInUse(counts, chosen) {
  return Math.max(counts.findLastIndex((count) => count > 0), chosen, 1) + 1;
}

/**
 * The indices of faces by their photos' ids.
 *
 * @param {string[]} photos The ids of all photos that may have faces here.
 * @param {AlbumFace[]} faces
 */
export function byPhoto(photos, faces) {
  /** @type {Record<string, number[]>} */
  const indices = Object.fromEntries(photos.map((photo) => [photo, []]));
  for (const { photo, index } of faces) indices[photo].push(index);
  return indices;
}

// Letters of a name's end, which tells photos apart.
const END = 5;

/**
 * What stands below a face, in two parts: where there is little room, the first one is cut.
 *
 * @param {AlbumFace} face
 * @param {string} order
 * @returns {[string, string]}
 */
export function captionOf(face, order) {
  if (order === "confidence" || order === "doubt") return ["", face.label];
  if (order === "size") return ["", `${face.size} pixels`];
  if (order === "sharpness" || order === "blur") return ["", face.sharpness.toFixed(0)];
  const stem = face.name.replace(/\.\w+$/, "");
  return [stem.slice(0, -END), stem.slice(-END)];
}

/**
 * How many faces are shown, as people read it.
 *
 * @param {number} chosen
 * @param {number} all
 * @param {number} photos In which faces were looked for.
 */
export function totalsInWords(chosen, all, photos) {
  const counted = (/** @type {number} */ count, /** @type {string} */ noun) =>
    `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const faces = chosen === all
    ? counted(all, "face")
    : `${chosen.toLocaleString("en")} of ${counted(all, "face")}`;
  return `${faces} in ${counted(photos, "photo")}`;
}

/**
 * What stands in the place of faces, where none is shown; empty where some are.
 *
 * @param {number} chosen
 * @param {number} inPhotos How many faces the photos have that are shown.
 */
export function reasonForNone(chosen, inPhotos) {
  if (chosen) return "";
  if (!inPhotos) return "No face was found here.";
  return `None of ${inPhotos.toLocaleString("en")} reaches what you set above: move the sliders to the left.`;
}

/**
 * A photo with some more of its faces, or with the same once more.
 *
 * @param {SentPhoto | undefined} photo What was sent before.
 * @param {Part} part
 * @returns {SentPhoto}
 */
export function withPart(photo, { id, first, faces }) {
  const before = photo?.faces ?? [];
  return { id, faces: [...before.slice(0, first), ...faces, ...before.slice(first + faces.length)] };
}
