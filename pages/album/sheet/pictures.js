// Takes the faces of some photos to where the sheet finds them.

import { addPhotos } from "./album_registry.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { Part } from "./album_registry.js"
 */

/** @param {Component<{ photos: Part[] }>} component */
export default function ({ data }) {
  addPhotos(data.photos);
}
