// The photo with its faces: what Python sends is drawn, and what the visitor marks is reported.
//
// It reports `marks`, each time whole: {photo, turn, chosen, false_alarms, missed, covers, judged, at}. As `turn`
// grows with every change, the server's answer to an older report is ignored. And it reports `turned`, the quarter
// turns by which the photo is to be turned, for one run.

import { find, instanceIn, whenGone } from "../../../components/ui/js/component.js";
import { clamp } from "../../../components/ui/js/numbers.js";
import { CoverTool } from "./cover_tool.js";
import {
  coverShape,
  crossShape,
  faceShape,
  labelLayouts,
  missedReach,
  missedShape,
  smallestShape,
} from "./drawing.js";
import { Gallery } from "./gallery.js";
import {
  aspectFor,
  closeTo,
  faceAt,
  middleOf,
  moved,
  placeOnPhoto,
  showing,
  wholeView,
  zoomed,
} from "./geometry.js";
import { listenToPointers, takeKey, ZOOM_STEP } from "./input.js";
import { farFrom, toggled, toggledSpot } from "./marks.js";
import { galleryPlace, listenForOffers, offerCounts, picturesOf, withdrawCounts } from "./window_registry.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { Cover } from "./covers.js"
 * @import { Tool } from "./cover_tool.js"
 * @import { Face, Style } from "./drawing.js"
 * @import { Box, Point, View } from "./geometry.js"
 * @import { Marks } from "./marks.js"
 * @import { FaceCounts } from "./window_registry.js"
 *
 * @typedef {object} StageData
 * @property {string} photo The photo's id.
 * @property {string} name
 * @property {number} width Of the photo, in pixels.
 * @property {number} height
 * @property {string} alt
 * @property {string} found How many faces there are, in words.
 * @property {Face[]} faces
 * @property {Style} show
 * @property {number | null} smallest Side of the smallest face that is looked for; null draws none.
 * @property {Marks} marks
 * @property {"choose" | "mark" | "cover"} mode What a click does: choose faces, say what is no face and what was
 *   missed, or choose faces and draw covers.
 * @property {[number, number]} cover_size Width and height of a cover that is placed with keys.
 * @property {FaceCounts} counts
 * @property {Box | null} close_to What is shown large at first; null shows the whole photo.
 *
 * @typedef {(marks: Marks & { photo: string, at: number }) => void} Report
 */

// A finger hardly hits a face of a few pixels, so it may miss by this many CSS pixels.
const NEAR = 12;

const CAPTIONS = {
  mark: "Click or tap boxes that are no face, and faces without a box. Once more to undo.",
  cover:
    "Click or tap faces to choose them: below, hide only these, or all but these. Draw a box or an oval over " +
    "whatever else should be hidden.",
};

const COVER_CAPTION = "Drag the cover to move it, or one of its corners to resize it.";

const KEYS = {
  choose: "arrow keys move",
  mark: "arrow keys move a cross, Enter marks there",
  cover:
    "arrow keys move a cross, Enter covers or chooses there, N selects the next cover, arrow keys move it, " +
    "Shift and arrow keys resize it, Delete removes it",
};

class Stage {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {StageData} data
   */
  constructor(root, data) {
    this.stage = find(root, ".stage", HTMLElement);
    this.frame = find(root, ".frame", HTMLElement);
    this.photo = find(root, ".photo", HTMLImageElement);
    this.overlay = find(root, ".overlay", SVGElement);
    this.caption = find(root, ".caption", HTMLElement);
    this.found = find(root, ".found", HTMLElement);
    this.tools = find(root, ".tools", HTMLElement);
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
    /** @type {(turns: number) => void} */
    this.turn = () => {};
    this.covering = new CoverTool({
      covers: () => this.marks.covers,
      show: (covers) => this.showCovers(covers),
      keep: (covers) => this.change({ covers }),
      photo: () => this.data,
      unit: () => this.unit,
    });
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
    withdrawCounts();
  }

  /** @param {HTMLElement | ShadowRoot} root */
  listenToInput(root) {
    find(root, ".in", HTMLElement).onclick = () => this.zoom(ZOOM_STEP);
    find(root, ".out", HTMLElement).onclick = () => this.zoom(1 / ZOOM_STEP);
    find(root, ".whole", HTMLElement).onclick = () => this.see(this.whole);
    find(root, ".left", HTMLElement).onclick = () => this.turn(-1);
    find(root, ".right", HTMLElement).onclick = () => this.turn(1);
    for (const tool of /** @type {Tool[]} */ (["choose", "box", "oval"])) {
      find(this.tools, `.${tool}`, HTMLElement).onclick = () => this.takeTool(tool);
    }
    find(this.tools, ".remove", HTMLElement).onclick = () => this.covering.remove();
    const actions = {
      placeOf: (/** @type {{ clientX: number, clientY: number }} */ pointer) =>
        placeOnPhoto(pointer, this.frame.getBoundingClientRect(), this.view),
      grab: (/** @type {Point} */ place, /** @type {boolean} */ byFinger) =>
        this.isCovering ? this.covering.grab(place, byFinger) : undefined,
      move: (/** @type {number} */ right, /** @type {number} */ down) =>
        this.see(moved(this.view, this.whole, right, down)),
      zoom: (/** @type {number} */ factor, /** @type {Point | undefined} */ around) =>
        this.zoom(factor, around),
      showWhole: () => this.see(this.whole),
      click: (/** @type {Point} */ place, /** @type {boolean} */ byFinger) => this.clickAt(place, byFinger),
      arrow: (/** @type {number} */ right, /** @type {number} */ down, /** @type {boolean} */ resize) =>
        this.takeArrow(right, down, resize),
      enter: () => this.enter(),
      remove: () => this.isCovering && this.covering.remove(),
      next: () => this.isCovering && this.selectNext(),
      letGo: () => this.letGo(),
    };
    listenToPointers(this.overlay, actions);
    this.overlay.onkeydown = (event) => takeKey(event, actions);
    // Who comes here by keyboard reads which keys there are.
    this.overlay.onfocus = () => this.showCaption();
    this.overlay.onblur = () => this.showCaption();
  }

  get isCovering() {
    return this.data.mode === "cover";
  }

  get isMarking() {
    return this.data.mode === "mark";
  }

  /**
   * @param {StageData} data
   * @param {Report} report
   * @param {(turns: number) => void} turn
   */
  update(data, report, turn) {
    const another = data.photo !== this.data.photo;
    if (data.mode !== this.data.mode) this.covering.reset();
    this.data = data;
    this.report = report;
    this.turn = turn;
    if (another || data.marks.turn >= this.marks.turn) this.marks = data.marks;
    if (another) this.open(data);
    this.photo.alt = data.alt;
    this.found.textContent = data.found;
    this.overlay.setAttribute("aria-label", `Photo: plus and minus zoom, ${KEYS[data.mode]}`);
    offerCounts(data.counts);
    this.draw();
    this.fillGallery();
  }

  showCaption() {
    const { mode, name, width, height } = this.data;
    const byKeyboard = this.overlay.matches(":focus-visible");
    let words = mode === "choose" ? `${name}, ${width} × ${height} pixels` : CAPTIONS[mode];
    if (this.isCovering && this.covering.selected >= 0) words = COVER_CAPTION;
    if (byKeyboard) words = `Keys: plus and minus zoom, ${KEYS[mode]}.`;
    // The same words again would be read aloud again.
    if (this.caption.textContent !== words) this.caption.textContent = words;
  }

  /**
   * Begin with a photo.
   *
   * @param {StageData} data
   */
  open(data) {
    this.frame.style.setProperty("--aspect", String(aspectFor(data.width, data.height)));
    this.whole = wholeView(data.width, data.height);
    this.view = data.close_to ? closeTo(this.whole, data.close_to) : this.whole;
    this.cross = undefined;
    this.covering.selected = -1;
    this.photo.removeAttribute("src");
    this.thumbnails = undefined;
    this.takePictures();
    // What was pressed to turn a photo stays in view, though the turned one may be higher.
    this.stage.querySelector(":focus")?.scrollIntoView({ block: "nearest" });
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
    this.gallery.fill(place, this.data.faces, this.thumbnails, this.marks, this.isMarking);
  }

  /** How many pixels of the photo are one pixel of the screen. */
  get unit() {
    return this.view.width / (this.frame.clientWidth || 1);
  }

  draw() {
    const { data, unit } = this;
    const { x, y, width, height } = this.view;
    Object.assign(this.photo.style, {
      left: `${(-100 * x) / width}%`,
      top: `${(-100 * y) / height}%`,
      width: `${(100 * data.width) / width}%`,
      height: `${(100 * data.height) / height}%`,
    });
    this.overlay.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.frame.classList.toggle("zoomed", width < this.whole.width);
    this.frame.classList.toggle("marking", this.isMarking);
    this.frame.classList.toggle("covering", this.isCovering && this.covering.tool !== "choose");
    this.overlay.replaceChildren(...this.shapes(unit));
    this.showTools();
    this.showCaption();
  }

  /** @param {number} unit */
  shapes(unit) {
    const { data, marks } = this;
    const labels = labelLayouts(data.faces, data.show, data.width, data.height, unit);
    // Chosen faces come last, so that they lie over the others.
    const isChosen = (/** @type {Face} */ face) => Number(marks.chosen.includes(face.index));
    const shapes = [...data.faces]
      .sort((a, b) => isChosen(a) - isChosen(b))
      .map((face) => faceShape(face, data.show, marks, labels.get(face.index), unit));
    if (this.isCovering) {
      const { selected } = this.covering;
      shapes.push(...marks.covers.map((cover, index) => coverShape(cover, index === selected, unit)));
    }
    shapes.push(...marks.missed.map((spot) => missedShape(spot, unit)));
    if (data.smallest) shapes.push(smallestShape(data.smallest, data.width, data.height, unit));
    if (data.mode !== "choose" && this.cross) shapes.push(crossShape(this.cross, unit));
    return shapes;
  }

  showTools() {
    const { tool, selected } = this.covering;
    this.tools.hidden = !this.isCovering;
    for (const button of this.tools.querySelectorAll("button")) {
      if (button.classList.contains("remove")) button.disabled = selected < 0;
      else button.setAttribute("aria-pressed", String(button.classList.contains(tool)));
    }
  }

  /** @param {Tool} tool */
  takeTool(tool) {
    this.covering.tool = tool;
    this.draw();
  }

  /** @param {Cover[]} covers */
  showCovers(covers) {
    this.marks = { ...this.marks, covers };
    this.draw();
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
    if (this.isCovering && this.clickWhileCovering(place)) return;
    const face = faceAt(this.data.faces, place, byFinger ? NEAR * this.unit : 0);
    if (!face) this.touchSpot(place);
    else if (this.touch(face.index)) {
      const gallery = galleryPlace();
      if (gallery) this.gallery.show(gallery, face.index);
    }
  }

  /**
   * Select a cover, or turn a missed face into one; returns whether there was any.
   *
   * @param {Point} place
   */
  clickWhileCovering(place) {
    const selected = this.covering.select(place);
    this.draw();
    if (selected) return true;
    const missed = farFrom(this.marks.missed, place, missedReach(this.unit));
    if (missed.length === this.marks.missed.length) return false;
    this.marks = { ...this.marks, missed };
    this.covering.add(place, this.data.cover_size, "oval");
    return true;
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
    const list = this.isMarking ? "false_alarms" : "chosen";
    const taken = toggled(this.marks[list], index);
    this.gallery.current = index;
    this.change({ [list]: taken });
    return taken.includes(index);
  }

  /** @param {Point} place */
  touchSpot(place) {
    const { width, height } = this.data;
    if (!this.isMarking || place.x < 0 || place.y < 0 || place.x > width || place.y > height) return;
    this.change({ missed: toggledSpot(this.marks.missed, place, missedReach(this.unit)) });
  }

  /** @param {Partial<Marks>} changed */
  change(changed) {
    const judged = this.marks.judged || this.isMarking;
    this.marks = { ...this.marks, judged, ...changed, turn: this.marks.turn + 1 };
    this.draw();
    this.fillGallery();
    // The time makes each report differ from all earlier ones, even if the server has forgotten those.
    this.report({ ...this.marks, photo: this.data.photo, at: Date.now() });
  }

  /**
   * @param {number} right
   * @param {number} down
   * @param {boolean} resize
   */
  takeArrow(right, down, resize) {
    const { view } = this;
    if (this.data.mode === "choose") {
      this.see(moved(view, this.whole, (right * view.width) / 8, (down * view.height) / 8));
      return;
    }
    if (this.isCovering && this.covering.step(right, down, resize)) return;
    const step = view.width / 40;
    const from = this.cross ?? middleOf(view);
    this.cross = {
      x: clamp(from.x + right * step, view.x, view.x + view.width),
      y: clamp(from.y + down * step, view.y, view.y + view.height),
    };
    this.draw();
  }

  /** Mark, choose or cover at the cross, where there is one. */
  enter() {
    if (this.data.mode === "choose" || !this.cross) return false;
    const { tool } = this.covering;
    if (this.isCovering && tool !== "choose") this.covering.add(this.cross, this.data.cover_size, tool);
    else this.clickAt(this.cross, false);
    return true;
  }

  selectNext() {
    const any = this.covering.next();
    this.draw();
    return any;
  }

  /** Select no cover any more; returns whether one was selected. */
  letGo() {
    const selected = this.covering.selected >= 0;
    this.covering.selected = -1;
    this.draw();
    return selected;
  }
}

/** @param {Component<StageData>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const stage = instanceIn(parentElement, () => new Stage(parentElement, data));
  stage.update(
    data,
    (marks) => setStateValue("marks", marks),
    (turns) => setTriggerValue("turned", turns),
  );
  return whenGone(stage.frame, () => stage.leave());
}
