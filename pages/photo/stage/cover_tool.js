// How the visitor draws, moves, resizes and removes covers: with the mouse, with a finger, or with keys.

import { boxAround, boxBetween, cornerOpposite, coverAt, grown, movedInside } from "./covers.js";

/**
 * @import { Cover } from "./covers.js"
 * @import { Box, Point } from "./geometry.js"
 * @import { Drag } from "./input.js"
 *
 * What the tool needs of the stage.
 *
 * @typedef {object} CoverStage
 * @property {() => Cover[]} covers
 * @property {(covers: Cover[]) => void} show Shows covers that still change.
 * @property {(covers: Cover[]) => void} keep Keeps covers.
 * @property {() => { width: number, height: number }} photo
 * @property {() => number} unit How many pixels of the photo are one pixel of the screen.
 *
 * @typedef {"choose" | "box" | "oval"} Tool What a drag on the photo does: move the view, or draw.
 */

// How near to a corner a pointer takes hold of it, in CSS pixels.
const REACH = 12;
const REACH_OF_FINGER = 24;

// The shortest side that a cover is drawn or resized to, in CSS pixels.
const LEAST = 8;

export class CoverTool {
  /** @param {CoverStage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Tool} */
    this.tool = "choose";
    /** The index of the selected cover; -1 for none. */
    this.selected = -1;
  }

  /** Begin again, after another tab. */
  reset() {
    this.tool = "choose";
    this.selected = -1;
  }

  /**
   * What a drag from a place moves, resizes or draws.
   *
   * @param {Point} place
   * @param {boolean} byFinger
   * @returns {Drag | undefined}
   */
  grab(place, byFinger) {
    const covers = this.stage.covers();
    const reach = (byFinger ? REACH_OF_FINGER : REACH) * this.stage.unit();
    const fixed = this.selected in covers
      ? cornerOpposite(covers[this.selected].box, place, reach)
      : undefined;
    const least = LEAST * this.stage.unit();
    if (fixed) {
      const resize = (/** @type {Point} */ end) => boxBetween(fixed, end, this.stage.photo());
      return this.dragTo(covers, this.selected, resize, least);
    }
    const index = coverAt(covers, place);
    if (index >= 0) {
      const { box } = covers[index];
      const move = (/** @type {Point} */ end) =>
        movedInside(box, end.x - place.x, end.y - place.y, this.stage.photo());
      return this.dragTo(covers, index, move, 0);
    }
    if (this.tool === "choose") return undefined;
    const drawn = [...covers, /** @type {Cover} */ ({ box: [place.x, place.y, 0, 0], shape: this.tool })];
    const draw = (/** @type {Point} */ end) => boxBetween(place, end, this.stage.photo());
    return this.dragTo(drawn, covers.length, draw, least);
  }

  /**
   * @param {Cover[]} covers
   * @param {number} index Of the cover that is dragged.
   * @param {(end: Point) => Box} boxAt Its box once the pointer is at a point.
   * @param {number} least What leaves it with a shorter side changes nothing.
   * @returns {Drag}
   */
  dragTo(covers, index, boxAt, least) {
    const before = this.stage.covers();
    let now = covers;
    return {
      move: (end) => {
        this.selected = index;
        now = covers.with(index, { ...covers[index], box: boxAt(end) });
        this.stage.show(now);
      },
      end: () => {
        const [, , width, height] = now[index].box;
        const kept = Math.min(width, height) < least ? before : now;
        if (!(index in kept)) this.selected = -1;
        this.stage.keep(kept);
      },
      cancel: () => this.stage.show(before),
    };
  }

  /**
   * Select the cover at a place; returns whether there is one.
   *
   * @param {Point} place
   */
  select(place) {
    this.selected = coverAt(this.stage.covers(), place);
    return this.selected >= 0;
  }

  /**
   * Add a cover around a place, and select it.
   *
   * @param {Point} place
   * @param {[number, number]} size Width and height, in pixels of the photo.
   * @param {"box" | "oval"} shape
   */
  add(place, size, shape) {
    const covers = this.stage.covers();
    this.selected = covers.length;
    this.stage.keep([...covers, { box: boxAround(place, size, this.stage.photo()), shape }]);
  }

  /**
   * Move or resize the selected cover by a step; returns whether one is selected.
   *
   * @param {number} right
   * @param {number} down
   * @param {boolean} resize
   */
  step(right, down, resize) {
    const covers = this.stage.covers();
    if (!(this.selected in covers)) return false;
    const { box } = covers[this.selected];
    const photo = this.stage.photo();
    const far = LEAST * this.stage.unit();
    const changed = resize
      ? grown(box, right * far, down * far, far, photo)
      : movedInside(box, right * far, down * far, photo);
    this.stage.keep(covers.with(this.selected, { ...covers[this.selected], box: changed }));
    return true;
  }

  /** Remove the selected cover; returns whether one was selected. */
  remove() {
    const covers = this.stage.covers();
    if (!(this.selected in covers)) return false;
    const left = covers.toSpliced(this.selected, 1);
    this.selected = -1;
    this.stage.keep(left);
    return true;
  }

  /** Select the next cover; returns whether there are any. */
  next() {
    const { length } = this.stage.covers();
    if (length) this.selected = (this.selected + 1) % length;
    return length > 0;
  }
}
