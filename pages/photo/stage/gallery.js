// The faces cut out of the photo, as buttons in the place that gallery_place.js gives.

import { find } from "../../../components/ui/js/component.js";

/**
 * @import { Marks } from "./marks.js"
 * @import { Face } from "./drawing.js"
 */

// A chosen face is scrolled to here, in CSS pixels from the gallery's edge.
const MARGIN = 8;

export class Gallery {
  /** @param {(index: number) => void} onTouch Called with the index of a face whose button is pressed. */
  constructor(onTouch) {
    this.onTouch = onTouch;
    /**
     * The face that the tab key focuses; arrow keys move on from there.
     * @type {number | undefined}
     */
    this.current = undefined;
  }

  /**
   * Show the faces that have a number.
   *
   * @param {HTMLElement} place
   * @param {Face[]} faces
   * @param {string[]} thumbnails By the faces' indices.
   * @param {Marks} marks
   * @param {boolean} marking Whether a press marks a box as no face, instead of choosing a face.
   */
  fill(place, faces, thumbnails, marks, marking) {
    place.onkeydown = (event) => this.takeKey(place, event);
    const numbered = faces.filter((face) => face.number);
    const focused = place.contains(/** @type {ShadowRoot} */ (place.getRootNode()).activeElement);
    const { scrollLeft, scrollTop } = place;
    if (!numbered.some((face) => face.index === this.current)) this.current = numbered[0]?.index;
    // A button stays, since a space that is pressed on one counts only when it is let go there.
    const buttons = [...place.querySelectorAll("button")];
    const shown = numbered.map((face) => {
      const known = buttons.find((button) => button.dataset.index === String(face.index));
      const button = known ?? this.button(face.index);
      this.describe(button, face, thumbnails, marks, marking);
      return button;
    });
    if (shown.length !== buttons.length || shown.some((button, index) => button !== buttons[index])) {
      place.replaceChildren(...shown);
    }
    if (focused) {
      [...place.querySelectorAll("button")].find((button) => button.tabIndex === 0)?.focus({
        preventScroll: true,
      });
    }
    Object.assign(place, { scrollLeft, scrollTop });
  }

  /**
   * @param {number} index
   * @returns {HTMLButtonElement}
   */
  button(index) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.index = String(index);
    const words = document.createElement("small");
    words.ariaHidden = "true";
    button.append(document.createElement("img"), words);
    button.onclick = () => this.onTouch(index);
    return button;
  }

  /**
   * Let a button show a face.
   *
   * @param {HTMLButtonElement} button
   * @param {Face} face
   * @param {string[]} thumbnails
   * @param {Marks} marks
   * @param {boolean} marking
   */
  describe(button, { index, number, confidence }, thumbnails, marks, marking) {
    button.tabIndex = index === this.current ? 0 : -1;
    const wrong = marks.false_alarms.includes(index);
    const chosen = marks.chosen.includes(index);
    button.classList.toggle("chosen", chosen);
    button.classList.toggle("wrong", wrong);
    button.setAttribute("aria-pressed", String(marking ? wrong : chosen));
    const picture = find(button, "img", HTMLImageElement);
    const source = thumbnails[index] ?? "";
    // The same source again would load the picture again.
    if (picture.getAttribute("src") !== source) picture.src = source;
    picture.alt = `Face ${number}, confidence ${confidence}${wrong ? ", marked as not a face" : ""}`;
    find(button, "small", HTMLElement).textContent = `${number} · ${confidence}`;
  }

  /**
   * Scroll to a face. Not by scrollIntoView, which would move the page too.
   *
   * @param {HTMLElement} place
   * @param {number} index
   */
  show(place, index) {
    const button = place.querySelector(`button[data-index='${index}']`);
    if (button instanceof HTMLElement) place.scrollTo(button.offsetLeft - MARGIN, button.offsetTop - MARGIN);
  }

  /**
   * @param {HTMLElement} place
   * @param {KeyboardEvent} event
   */
  takeKey(place, event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...place.querySelectorAll("button")];
    const here = buttons.findIndex((button) => button.tabIndex === 0);
    const next = buttons[Math.min(Math.max(here + step, 0), buttons.length - 1)];
    this.current = Number(next.dataset.index);
    buttons[here].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
