// The stage, its pictures, the gallery and the row of photos are separate elements, so that each can have its own place on
// the page. Each has its own script, so they find each other through the window, and clean up when they go.

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

/**
 * How many faces each photo has, by the photos' ids.
 * @typedef {Record<string, number>} FaceCounts
 */

const registry =
  /** @type {Window & { visavisPictures?: Album, visavisGallery?: HTMLElement, visavisCounts?: FaceCounts }} */
  (window);

/** @param {Album} album */
export function offerPictures(album) {
  registry.visavisPictures = album;
  registry.dispatchEvent(new Event("visavis-pictures"));
}

/** @param {Album} album */
export function withdrawPictures(album) {
  if (registry.visavisPictures === album) delete registry.visavisPictures;
}

/** @param {string} photo */
export function picturesOf(photo) {
  return registry.visavisPictures?.get(photo);
}

/** @param {HTMLElement} place */
export function offerGallery(place) {
  registry.visavisGallery = place;
  registry.dispatchEvent(new Event("visavis-gallery"));
}

/** @param {HTMLElement} place */
export function withdrawGallery(place) {
  if (registry.visavisGallery === place) delete registry.visavisGallery;
}

/** The place for the faces, where there is one already. */
export function galleryPlace() {
  return registry.visavisGallery;
}

/**
 * Calls back when pictures or a gallery are offered, until the signal.
 *
 * @param {{ onPictures: () => void, onGallery: () => void }} listeners
 * @param {AbortSignal} signal
 */
export function listenForOffers({ onPictures, onGallery }, signal) {
  registry.addEventListener("visavis-pictures", onPictures, { signal });
  registry.addEventListener("visavis-gallery", onGallery, { signal });
}

/** @param {FaceCounts} counts */
export function offerCounts(counts) {
  registry.visavisCounts = counts;
  registry.dispatchEvent(new Event("visavis-counts"));
}

export function withdrawCounts() {
  delete registry.visavisCounts;
}

/** How many faces each photo has, where the stage has told already. */
export function faceCounts() {
  return registry.visavisCounts;
}

/**
 * Calls back when counts are offered, until the signal.
 *
 * @param {() => void} onCounts
 * @param {AbortSignal} signal
 */
export function listenForCounts(onCounts, signal) {
  registry.addEventListener("visavis-counts", onCounts, { signal });
}
