// The stage, its pictures and the gallery are elements of their own, so that each can stand where it belongs on
// the page. As each has a script of its own, they find each other through the window, and leave nothing on it.

/**
 * A photo's pictures, as addresses that hold them.
 *
 * @typedef {object} Pictures
 * @property {string} id Of the photo.
 * @property {string} preview
 * @property {string[]} thumbnails Of the faces, by their indices.
 *
 * @typedef {Map<string, Pictures>} Album By the photos' ids.
 */

const meeting = /** @type {Window & { visavisPictures?: Album, visavisGallery?: HTMLElement }} */ (window);

/** @param {Album} album */
export function offerPictures(album) {
  meeting.visavisPictures = album;
  meeting.dispatchEvent(new Event("visavis-pictures"));
}

/** @param {Album} album */
export function withdrawPictures(album) {
  if (meeting.visavisPictures === album) delete meeting.visavisPictures;
}

/** @param {string} photo */
export function picturesOf(photo) {
  return meeting.visavisPictures?.get(photo);
}

/** @param {HTMLElement} place */
export function offerGallery(place) {
  meeting.visavisGallery = place;
  meeting.dispatchEvent(new Event("visavis-gallery"));
}

/** @param {HTMLElement} place */
export function withdrawGallery(place) {
  if (meeting.visavisGallery === place) delete meeting.visavisGallery;
}

/** The place for the faces, where there is one already. */
export function galleryPlace() {
  return meeting.visavisGallery;
}

/**
 * Calls back when pictures or a gallery are offered, until the signal.
 *
 * @param {{ onPictures: () => void, onGallery: () => void }} listeners
 * @param {AbortSignal} signal
 */
export function listenForOffers({ onPictures, onGallery }, signal) {
  meeting.addEventListener("visavis-pictures", onPictures, { signal });
  meeting.addEventListener("visavis-gallery", onGallery, { signal });
}
