// The place for the faces of the photo. The stage fills it; see gallery.js.

import { find, whenGone } from "../../../components/ui/js/component.js";
import { offerGallery, withdrawGallery } from "./window_registry.js";

/** @import { Component } from "../../../components/ui/js/component.js" */

/** @param {Component<null>} component */
export default function ({ parentElement }) {
  const place = find(parentElement, ".gallery", HTMLElement);
  offerGallery(place);
  return whenGone(place, () => withdrawGallery(place));
}
