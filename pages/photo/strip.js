// A row of photos to choose from. It reports `choice`, {index, at}: the time makes a second click on a photo
// differ from the first, even if the server has forgotten that one.

import { find } from "../../components/ui/js/component.js";

/**
 * @import { Component } from "../../components/ui/js/component.js"
 *
 * @typedef {object} StripData
 * @property {{ name: string, icon: string }[]} photos Each icon as an address that holds it.
 * @property {number} chosen Index of the photo that is open.
 */

/** @param {Component<StripData>} component */
export default function ({ data, parentElement, setStateValue }) {
  const strip = find(parentElement, ".strip", HTMLElement);
  const buttons = data.photos.map(({ name, icon }, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(index === data.chosen));
    // Numbered, because two photos may have the same name.
    const label = `${index + 1} · ${name}`;
    button.title = label;
    const picture = document.createElement("img");
    picture.src = icon;
    picture.alt = "";
    const words = document.createElement("span");
    words.textContent = label;
    button.append(picture, words);
    button.onclick = () => setStateValue("choice", { index, at: Date.now() });
    return button;
  });
  const root = /** @type {ShadowRoot | Document} */ (strip.getRootNode());
  const focused = [...strip.children].findIndex((child) => child === root.activeElement);
  strip.replaceChildren(...buttons);
  buttons[focused]?.focus();
}
