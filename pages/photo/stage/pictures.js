// Keeps a photo's pictures in the browser, for the stage that shows them. They are sent once, however often the
// stage is renewed.

import { instanceIn, whenGone } from "../../../components/ui/js/component.js";
import { offerPictures, withdrawPictures } from "./window_registry.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { Album, Pictures } from "./window_registry.js"
 */

// The previous photo is kept too, since visitors often go back to it.
const KEPT = 2;

/** @param {Component<Pictures>} component */
export default function ({ data, parentElement }) {
  const album = instanceIn(parentElement, () => /** @type {Album} */ (new Map()));
  album.delete(data.id);
  album.set(data.id, data);
  for (const id of [...album.keys()].slice(0, -KEPT)) album.delete(id);
  offerPictures(album);
  return whenGone(parentElement, () => withdrawPictures(album));
}
