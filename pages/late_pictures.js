// Fetches pictures of the page again that the server did not have when the browser asked for them. When a run of the
// page ends before its time, Streamlit removes the pictures that it has just sent. The next run has the same ones anew,
// after some seconds and at the same addresses: for the browser nothing has changed, so it would never ask again.

import { instanceIn, whenGone } from "../components/ui/js/component.js";

/** @import { Component } from "../components/ui/js/component.js" */

// Milliseconds until the first try; each one waits twice as long as the one before, but no longer than the longest.
const FIRST_WAIT = 500, LONGEST_WAIT = 4000;

// A minute.
const MOST_TRIES = 17;

/**
 * Watch the page; returns what ends that.
 *
 * @param {Pick<Document, "addEventListener" | "removeEventListener">} page
 * @param {string} folder A part of the address of all pictures that the server keeps only for a time.
 * @param {(call: () => void, wait: number) => unknown} later
 * @returns {() => void}
 */
export function fetchLatePictures(page, folder, later) {
  /** @type {WeakMap<EventTarget, { address: string, tries: number }>} */
  const missed = new WeakMap();
  const retry = (/** @type {Event} */ event) => {
    const picture = /** @type {HTMLImageElement} */ (event.target);
    const address = picture.src;
    if (!address?.includes(folder)) return;
    const known = missed.get(picture);
    const tries = known?.address === address ? known.tries : 0;
    if (tries === MOST_TRIES) return;
    missed.set(picture, { address, tries: tries + 1 });
    later(() => {
      if (picture.isConnected && picture.src === address) picture.src = address;
    }, Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT));
  };
  // Errors of pictures do not bubble.
  page.addEventListener("error", retry, true);
  return () => page.removeEventListener("error", retry, true);
}

/** @param {Component<{ folder: string }>} component */
export default function ({ data, parentElement }) {
  const watch = instanceIn(parentElement, () => ({
    leave: fetchLatePictures(document, data.folder, setTimeout),
  }));
  return whenGone(parentElement, watch.leave);
}
