// The photo with its faces: what Python sends is drawn, and what the visitor marks is reported.
//
// It reports `marks`, each time whole: {photo, turn, chosen, false_alarms, missed, at}. As `turn` grows with every
// change, the server's answer to an older report is ignored.

import { find, instanceIn, whenGone } from "../../../components/ui/js/component.js";
import { clamp } from "../../../components/ui/js/numbers.js";
import { crossShape, faceShape, missedReach, missedShape, smallestShape } from "./drawing.js";
import { Gallery } from "./gallery.js";
import { aspectFor, faceAt, middleOf, moved, placeOnPhoto, showing, wholeView, zoomed } from "./geometry.js";
import { listenToPointers, takeKey, ZOOM_STEP } from "./input.js";
import { toggled, toggledSpot } from "./marks.js";
import { galleryPlace, listenForOffers, picturesOf } from "./window_registry.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { Face, Style } from "./drawing.js"
 * @import { Point, View } from "./geometry.js"
 * @import { Marks } from "./marks.js"
 *
 * @typedef {object} StageData
 * @property {string} photo The photo's id.
 * @property {string} name
 * @property {number} width Of the photo, in pixels.
 * @property {number} height
 * @property {string} alt
 * @property {Face[]} faces
 * @property {Style} show
 * @property {number | null} smallest Side of the smallest face that is looked for; null draws none.
 * @property {Marks} marks
 * @property {boolean} marking Whether a click says what is no face and what was missed.
 *
 * @typedef {(marks: Marks & { photo: string, at: number }) => void} Report
 */

// A finger hardly hits a face of a few pixels, so it may miss by this many CSS pixels.
const NEAR = 12;

class Stage {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {StageData} data
   */
  constructor(root, data) {
    this.frame = find(root, ".frame", HTMLElement);
    this.photo = find(root, ".photo", HTMLImageElement);
    this.overlay = find(root, ".overlay", SVGElement);
    this.caption = find(root, ".caption", HTMLElement);
    this.gallery = new Gallery((index) => this.touchInGallery(index));
    this.data = data;
    this.marks = data.marks;
    /** @type {View} */
    this.whole = wholeView(data.width, data.height);
    this.view = this.whole;
    /** @type {Point | undefined} */
    this.cross = undefined;
    /** @type {string[] | undefined} */
    this.thumbnails = undefined;
    /** @type {Report} */
    this.report = () => {};
    this.listenToInput(root);
    this.listening = new AbortController();
    const offers = { onPictures: () => this.takePictures(), onGallery: () => this.fillGallery() };
    listenForOffers(offers, this.listening.signal);
    // Lines and letters keep their size on the screen.
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.frame);
    this.open(data);
  }

  leave() {
    this.listening.abort();
    this.resizing.disconnect();
  }

  /** @param {HTMLElement | ShadowRoot} root */
  listenToInput(root) {
    find(root, ".in", HTMLElement).onclick = () => this.zoom(ZOOM_STEP);
    find(root, ".out", HTMLElement).onclick = () => this.zoom(1 / ZOOM_STEP);
    find(root, ".whole", HTMLElement).onclick = () => this.see(this.whole);
    const actions = {
      placeOf: (/** @type {{ clientX: number, clientY: number }} */ pointer) =>
        placeOnPhoto(pointer, this.frame.getBoundingClientRect(), this.view),
      move: (/** @type {number} */ right, /** @type {number} */ down) =>
        this.see(moved(this.view, this.whole, right, down)),
      zoom: (/** @type {number} */ factor, /** @type {Point | undefined} */ around) =>
        this.zoom(factor, around),
      showWhole: () => this.see(this.whole),
      click: (/** @type {Point} */ place, /** @type {boolean} */ byFinger) => this.clickAt(place, byFinger),
      arrow: (/** @type {number} */ right, /** @type {number} */ down) => this.takeArrow(right, down),
      enter: () => this.enter(),
    };
    listenToPointers(this.overlay, actions);
    this.overlay.onkeydown = (event) => takeKey(event, actions);
  }

  /**
   * @param {StageData} data
   * @param {Report} report
   */
  update(data, report) {
    const another = data.photo !== this.data.photo;
    this.data = data;
    this.report = report;
    if (another || data.marks.turn >= this.marks.turn) this.marks = data.marks;
    if (another) this.open(data);
    this.photo.alt = data.alt;
    const keys = data.marking ? "arrow keys move a cross, Enter marks there" : "arrow keys move";
    this.overlay.setAttribute("aria-label", `Photo: plus and minus zoom, ${keys}`);
    this.caption.textContent = data.marking
      ? "Click boxes that are no face, and faces without a box. Click again to undo."
      : `${data.name}, ${data.width} × ${data.height} pixels`;
    this.draw();
    this.fillGallery();
  }

  /**
   * Begin with a photo.
   *
   * @param {StageData} data
   */
  open(data) {
    this.frame.style.setProperty("--aspect", String(aspectFor(data.width, data.height)));
    this.whole = wholeView(data.width, data.height);
    this.view = this.whole;
    this.cross = undefined;
    this.photo.removeAttribute("src");
    this.thumbnails = undefined;
    this.takePictures();
  }

  takePictures() {
    const pictures = picturesOf(this.data.photo);
    if (!pictures) return;
    this.thumbnails = pictures.thumbnails;
    if (this.photo.src !== pictures.preview) this.photo.src = pictures.preview;
    this.fillGallery();
  }

  fillGallery() {
    const place = galleryPlace();
    if (!place || !this.thumbnails) return;
    this.gallery.fill(place, this.data.faces, this.thumbnails, this.marks, this.data.marking);
  }

  /** How many pixels of the photo are one pixel of the screen. */
  get unit() {
    return this.view.width / (this.frame.clientWidth || 1);
  }

  draw() {
    const { data, marks, unit } = this;
    const { x, y, width, height } = this.view;
    Object.assign(this.photo.style, {
      left: `${(-100 * x) / width}%`,
      top: `${(-100 * y) / height}%`,
      width: `${(100 * data.width) / width}%`,
      height: `${(100 * data.height) / height}%`,
    });
    this.overlay.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.frame.classList.toggle("zoomed", width < this.whole.width);
    this.frame.classList.toggle("marking", data.marking);
    // Chosen faces come last, so that they lie over the others.
    const isChosen = (/** @type {Face} */ face) => Number(marks.chosen.includes(face.index));
    const shapes = [...data.faces]
      .sort((a, b) => isChosen(a) - isChosen(b))
      .map((face) => faceShape(face, data.show, marks, data.width, unit));
    shapes.push(...marks.missed.map((spot) => missedShape(spot, unit)));
    if (data.smallest) shapes.push(smallestShape(data.smallest, data.width, data.height, unit));
    if (data.marking && this.cross) shapes.push(crossShape(this.cross, unit));
    this.overlay.replaceChildren(...shapes);
  }

  /** @param {View} view */
  see(view) {
    this.view = view;
    this.draw();
  }

  /**
   * @param {number} factor
   * @param {Point} [around]
   */
  zoom(factor, around = middleOf(this.view)) {
    this.see(zoomed(this.view, this.whole, factor, around));
  }

  /**
   * @param {Point} place
   * @param {boolean} byFinger
   */
  clickAt(place, byFinger) {
    const face = faceAt(this.data.faces, place, byFinger ? NEAR * this.unit : 0);
    if (!face) this.touchSpot(place);
    else if (this.touch(face.index)) {
      const gallery = galleryPlace();
      if (gallery) this.gallery.show(gallery, face.index);
    }
  }

  /** @param {number} index */
  touchInGallery(index) {
    const face = this.data.faces.find((other) => other.index === index);
    if (face) this.view = showing(this.view, this.whole, face.box);
    this.touch(index);
  }

  /**
   * Toggle a face's mark, as chosen or as no face; returns whether it is marked now.
   *
   * @param {number} index
   */
  touch(index) {
    const list = this.data.marking ? "false_alarms" : "chosen";
    const taken = toggled(this.marks[list], index);
    this.gallery.current = index;
    this.change({ [list]: taken });
    return taken.includes(index);
  }

  /** @param {Point} place */
  touchSpot(place) {
    const { marking, width, height } = this.data;
    if (!marking || place.x < 0 || place.y < 0 || place.x > width || place.y > height) return;
    this.change({ missed: toggledSpot(this.marks.missed, place, missedReach(this.unit)) });
  }

  /** @param {Partial<Marks>} changed */
  change(changed) {
    this.marks = { ...this.marks, ...changed, turn: this.marks.turn + 1 };
    this.draw();
    this.fillGallery();
    // The time makes each report differ from all earlier ones, even if the server has forgotten those.
    this.report({ ...this.marks, photo: this.data.photo, at: Date.now() });
  }

  /**
   * @param {number} right
   * @param {number} down
   */
  takeArrow(right, down) {
    const { view } = this;
    if (this.data.marking) {
      const step = view.width / 40;
      const from = this.cross ?? middleOf(view);
      this.cross = {
        x: clamp(from.x + right * step, view.x, view.x + view.width),
        y: clamp(from.y + down * step, view.y, view.y + view.height),
      };
      this.draw();
    } else {
      this.see(moved(view, this.whole, (right * view.width) / 8, (down * view.height) / 8));
    }
  }

  /** Mark at the cross, where there is one. */
  enter() {
    if (!this.data.marking || !this.cross) return false;
    this.clickAt(this.cross, false);
    return true;
  }
}

/** @param {Component<StageData>} component */
export default function ({ data, parentElement, setStateValue }) {
  const stage = instanceIn(parentElement, () => new Stage(parentElement, data));
  stage.update(data, (marks) => setStateValue("marks", marks));
  return whenGone(stage.frame, () => stage.leave());
}
