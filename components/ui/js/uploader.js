// What Streamlit's uploader lacks: it takes pictures that are pasted anywhere on the page, and it tells Python which
// files it refused by itself: too large, or of another kind. It reports `refused`, the names of these files, and `lost`
// when the server has lost photos that were there. The number of photos goes into the address, so that a page that is
// loaded again can say that they are gone.

import { writeInAddress } from "./address.js";
import { instanceIn } from "./component.js";

/**
 * @import { Component } from "./component.js"
 *
 * @typedef {object} UploaderData
 * @property {string} visit Names the visit; another one begins when a server restarts or another server takes over.
 * @property {string} input The selector of the file input.
 * @property {string} refused The selector of the names of all refused files.
 * @property {string} parameter The name in the address for the number of photos.
 * @property {number} photos How many the visitor has brought.
 */

/** @param {Component<UploaderData>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    const input = document.querySelector(data.input);
    if (!pictures.length || !(input instanceof HTMLInputElement)) return;
    const transfer = new DataTransfer();
    pictures.forEach((picture) => transfer.items.add(picture));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    event.preventDefault();
  };
  const told = instanceIn(parentElement, () => ({ names: "", photos: 0, visit: data.visit }));
  if (told.visit !== data.visit) {
    told.visit = data.visit;
    if (told.photos > data.photos) setTriggerValue("lost", true);
  }
  if (told.photos !== data.photos) {
    told.photos = data.photos;
    writeInAddress(data.parameter, data.photos ? String(data.photos) : null);
  }
  const tell = () => {
    const names = [...document.querySelectorAll(data.refused)].map((name) => name.textContent ?? "");
    if (told.names === names.join("\n")) return;
    told.names = names.join("\n");
    setStateValue("refused", names);
  };
  const watch = new MutationObserver(tell);
  const uploader = document.querySelector(data.input)?.closest("section")?.parentElement;
  if (uploader) watch.observe(uploader, { childList: true, subtree: true });
  tell();
  document.addEventListener("paste", paste);
  return () => {
    document.removeEventListener("paste", paste);
    watch.disconnect();
  };
}
