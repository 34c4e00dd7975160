// A row of photos to choose from. It reports `choice`, {index, at}, and `removal`, {id, at}: the time makes a second
// click differ from the first, even if the server has forgotten that one.

import { writeInAddress } from "../../components/ui/js/address.js";
import { find, instanceIn, whenGone } from "../../components/ui/js/component.js";
import { faceCounts, listenForCounts } from "./stage/window_registry.js";

/**
 * @import { Component } from "../../components/ui/js/component.js"
 *
 * @typedef {object} StripPhoto
 * @property {string} id
 * @property {string} name
 * @property {string} icon As an address that holds it.
 * @property {boolean} removable
 *
 * @typedef {object} StripData
 * @property {StripPhoto[]} photos
 * @property {number} chosen Index of the photo that is open.
 * @property {string} parameter The name in the address for its number, counted from 1.
 *
 * @typedef {(name: string, value: unknown) => void} Report
 */

// Characters of a name that are shown at its end, where the numbers of cameras are.
const END = 8;

/**
 * A photo's name in two parts, of which only the first may be cut.
 *
 * @param {string} name
 */
function nameParts(name) {
  return name.length > 2 * END ? [name.slice(0, -END), name.slice(-END)] : [name, ""];
}

/**
 * @param {StripPhoto} photo
 * @param {number} index
 * @param {boolean} chosen
 * @param {Report} report
 */
function photoButton({ name, icon }, index, chosen, report) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "photo";
  button.setAttribute("aria-pressed", String(chosen));
  button.title = name;
  const picture = document.createElement("img");
  picture.src = icon;
  picture.alt = "";
  const words = document.createElement("span");
  words.className = "name";
  words.append(
    ...nameParts(name).map((part) => {
      const piece = document.createElement("span");
      piece.textContent = part;
      return piece;
    }),
  );
  const count = document.createElement("span");
  count.className = "count";
  button.append(picture, words, count);
  button.onclick = () => report("choice", { index, at: Date.now() });
  return button;
}

/**
 * @param {StripPhoto} photo
 * @param {Report} report
 */
function removeButton({ id, name }, report) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "remove";
  button.textContent = "×";
  button.ariaLabel = `Remove ${name}`;
  button.title = button.ariaLabel;
  button.onclick = () => report("removal", { id, at: Date.now() });
  return button;
}

/**
 * Say on each photo how many faces it has, as the stage told last.
 *
 * @param {HTMLElement} strip
 * @param {StripPhoto[]} photos
 */
function showCounts(strip, photos) {
  const counts = faceCounts();
  strip.querySelectorAll(".photo").forEach((button, index) => {
    const found = counts?.[photos[index].id];
    const words = found === undefined ? "" : `${found} ${found === 1 ? "face" : "faces"}`;
    find(button, ".count", HTMLElement).textContent = words;
    // Numbered, because two photos may have the same name.
    button.ariaLabel = [`${index + 1} · ${photos[index].name}`, words].filter(Boolean).join(", ");
  });
}

/** Says how many faces each photo has, whenever the stage tells. */
class CountWatch {
  /** @param {HTMLElement} strip */
  constructor(strip) {
    this.strip = strip;
    /** @type {StripPhoto[]} */
    this.photos = [];
    this.listening = new AbortController();
    listenForCounts(() => this.show(), this.listening.signal);
  }

  show() {
    showCounts(this.strip, this.photos);
  }
}

/** @param {Component<StripData>} component */
export default function ({ data, parentElement, setStateValue }) {
  const strip = find(parentElement, ".strip", HTMLElement);
  const root = /** @type {ShadowRoot | Document} */ (strip.getRootNode());
  const focused = [...strip.querySelectorAll("button")].findIndex((button) => button === root.activeElement);
  const { scrollLeft } = strip;
  strip.replaceChildren(...data.photos.map((photo, index) => {
    const item = document.createElement("div");
    item.append(photoButton(photo, index, index === data.chosen, setStateValue));
    if (photo.removable) item.append(removeButton(photo, setStateValue));
    return item;
  }));
  strip.scrollLeft = scrollLeft;
  [...strip.querySelectorAll("button")][focused]?.focus({ preventScroll: true });
  if (data.photos.length) writeInAddress(data.parameter, String(data.chosen + 1));
  const watch = instanceIn(parentElement, () => new CountWatch(strip));
  watch.photos = data.photos;
  watch.show();
  return whenGone(strip, () => watch.listening.abort());
}
