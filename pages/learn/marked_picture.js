// A picture of the lesson, with boxes over it, in which a spot can be picked by a click, a tap or the arrow keys.
//
// With a hint, a spot can be picked; then it reports `spot`, {x, y, at}, where the time makes each report differ
// from the one before.

import { find, instanceIn } from "../../components/ui/js/component.js";
import { arrowDirection, clamp } from "../../components/ui/js/numbers.js";
import { outlinedBox, svg } from "../../components/ui/js/svg.js";

/**
 * @import { Component } from "../../components/ui/js/component.js"
 *
 * @typedef {object} Mark
 * @property {[number, number, number, number]} box x, y, width and height in pixels of the picture.
 * @property {string} kind How it is drawn.
 *
 * @typedef {object} PictureData
 * @property {string} source The picture, as an address that holds it.
 * @property {number} width In pixels.
 * @property {number} height
 * @property {string} alt
 * @property {boolean} pixelated Whether each pixel is shown as a square.
 * @property {Mark[]} marks
 * @property {[number, number]} [spot] The picked spot, in pixels of the picture.
 * @property {string} [hint] What picking is good for.
 *
 * @typedef {(spot: { x: number, y: number, at: number }) => void} Report
 */

// Arrow keys move the spot by this share of the picture's longer side, or by one pixel where that is more.
const STEP = 1 / 50;

// From this many boxes on, lines are thin, so that the boxes of a crowd do not hide it.
const MANY = 60;

// Keys are often pressed several times, and the last place counts. In milliseconds.
const REPORT_AFTER = 200;

class Picture {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {PictureData} data
   */
  constructor(root, data) {
    this.frame = find(root, ".frame", HTMLElement);
    this.image = find(root, "img", HTMLImageElement);
    this.overlay = find(root, "svg", SVGSVGElement);
    this.hint = find(root, ".hint", HTMLElement);
    this.data = data;
    this.spot = data.spot;
    /** @type {Report} */
    this.report = () => {};
    /** @type {number | undefined} */
    this.telling = undefined;
    this.overlay.onclick = (event) => this.pickAt(event);
    this.overlay.onkeydown = (event) => this.takeKey(event);
  }

  /**
   * @param {PictureData} data
   * @param {Report} report
   */
  update(data, report) {
    this.data = data;
    this.report = report;
    this.spot = data.spot;
    if (this.image.src !== data.source) this.image.src = data.source;
    this.image.alt = data.alt;
    this.frame.style.setProperty("--width", String(data.width));
    this.frame.style.setProperty("--height", String(data.height));
    this.frame.classList.toggle("pixelated", data.pixelated);
    this.frame.classList.toggle("picking", Boolean(data.hint));
    this.hint.textContent = data.hint ?? "";
    this.overlay.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
    if (data.hint) {
      this.overlay.setAttribute("tabindex", "0");
      this.overlay.setAttribute("role", "application");
      this.overlay.setAttribute("aria-label", `${data.hint} Or move the spot with the arrow keys.`);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) this.overlay.removeAttribute(name);
    }
    this.draw();
  }

  draw() {
    const { marks, hint } = this.data;
    const shapes = marks.map(({ box, kind }) => {
      const group = svg("g", { class: `mark ${kind}` });
      group.append(...outlinedBox(box));
      return group;
    });
    this.overlay.classList.toggle("many", shapes.length > MANY);
    // A box around the spot says as much as a cross, and hides less.
    if (hint && this.spot && !marks.some((mark) => this.holdsSpot(mark))) {
      shapes.push(...this.cross(this.spot));
    }
    this.overlay.replaceChildren(...shapes);
  }

  /** @param {[number, number]} spot */
  cross([x, y]) {
    const reach = Math.max(this.data.width, this.data.height) / 40;
    const d = `M${x - reach} ${y}h${2 * reach}M${x} ${y - reach}v${2 * reach}`;
    return [svg("path", { class: "cross outline", d }), svg("path", { class: "cross", d })];
  }

  /** @param {Mark} mark */
  holdsSpot({ box: [x, y, width, height], kind }) {
    if (!this.spot) return false;
    const [right, down] = [this.spot[0] - x, this.spot[1] - y];
    return kind === "chosen" && right >= 0 && down >= 0 && right <= width && down <= height;
  }

  /** @param {MouseEvent} event */
  pickAt(event) {
    if (!this.data.hint) return;
    // The click comes after the keys, whose spot is not told any more.
    clearTimeout(this.telling);
    const { left, top, width, height } = this.overlay.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * this.data.width;
    const y = ((event.clientY - top) / height) * this.data.height;
    this.tell(this.moveTo(x, y));
  }

  /** @param {KeyboardEvent} event */
  takeKey(event) {
    const direction = arrowDirection(event.key);
    if (!direction || !this.data.hint) return;
    event.preventDefault();
    const { width, height } = this.data;
    const step = Math.max(Math.round(STEP * Math.max(width, height)), 1);
    const [x, y] = this.spot ?? [width / 2, height / 2];
    const spot = this.moveTo(x + step * direction[0], y + step * direction[1]);
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => this.tell(spot), REPORT_AFTER);
  }

  /**
   * Move the spot, but not out of the picture; the new one.
   *
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  moveTo(x, y) {
    /** @type {[number, number]} */
    const spot = [clamp(x, 0, this.data.width - 0.5), clamp(y, 0, this.data.height - 0.5)];
    this.spot = spot;
    this.draw();
    return spot;
  }

  /** @param {[number, number]} spot */
  tell([x, y]) {
    this.report({ x, y, at: Date.now() });
  }
}

/** @param {Component<PictureData>} component */
export default function ({ data, parentElement, setStateValue }) {
  const picture = instanceIn(parentElement, () => new Picture(parentElement, data));
  picture.update(data, (spot) => setStateValue("spot", spot));
}
