// The faces that were sent, for the sheet. They come in several elements, each with a script of its own, so they meet
// in the window.

import { withPart } from "./choice.js";

/**
 * @import { Choice } from "./choice.js"
 *
 * @typedef {object} SentFace
 * @property {number} confidence
 * @property {string} label The confidence as people read it.
 * @property {number} size Side in pixels of the photo.
 * @property {number} sharpness
 * @property {string} picture Its address.
 *
 * @typedef {object} SentPhoto
 * @property {string} id
 * @property {SentFace[]} faces The most confident first.
 *
 * @typedef {SentPhoto & { first: number }} Part Some of a photo's faces, from the `first` on.
 */

/**
 * How the visitor left the sheet.
 *
 * @typedef {object} SheetView
 * @property {Choice} choice
 * @property {number} top How far its faces are scrolled, in pixels.
 * @property {number} focused The position of the face that had the focus last.
 */

const albumHolder =
  /** @type {Window & { visavisAlbum?: Map<string, SentPhoto>, visavisAlbumView?: SheetView }} */ (window);

/**
 * How the visitor left the sheet, whose element is made anew when the search ends, and after each look at another page.
 *
 * @param {Choice} firstChoice
 * @returns {SheetView} To be changed in place.
 */
export function sheetView(firstChoice) {
  return albumHolder.visavisAlbumView ??= { choice: firstChoice, top: 0, focused: 0 };
}

/** @returns {Map<string, SentPhoto>} The photos by their ids. */
export function sentPhotos() {
  return albumHolder.visavisAlbum ??= new Map();
}

/** @param {Part[]} parts */
export function addPhotos(parts) {
  for (const part of parts) sentPhotos().set(part.id, withPart(sentPhotos().get(part.id), part));
  albumHolder.dispatchEvent(new Event("visavis-album"));
}

/**
 * Forget the photos that are no longer in the album.
 *
 * @param {Set<string>} ids
 */
export function keepOnly(ids) {
  for (const id of [...sentPhotos().keys()]) if (!ids.has(id)) sentPhotos().delete(id);
}

/**
 * Calls back when photos were added, until the signal.
 *
 * @param {() => void} onPhotos
 * @param {AbortSignal} signal
 */
export function listenForPhotos(onPhotos, signal) {
  albumHolder.addEventListener("visavis-album", onPhotos, { signal });
}
