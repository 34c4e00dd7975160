// Takes the faces of some photos to where the sheet finds them.

import { addPhotos } from "./album_registry.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { SentPhoto } from "./album_registry.js"
 */

/** @param {Component<{ photos: SentPhoto[] }>} component */
export default function ({ data }) {
  addPhotos(data.photos);
}
