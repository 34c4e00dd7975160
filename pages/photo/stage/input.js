// Pointers, wheel and keys on the stage, translated into what they ask for.

import { arrowDirection } from "../../../components/ui/js/numbers.js";
import { distance } from "./geometry.js";

/**
 * @import { Point } from "./geometry.js"
 *
 * Something that a pointer drags. Places are pixels of the photo.
 *
 * @typedef {object} Drag
 * @property {(place: Point) => void} move
 * @property {() => void} end
 * @property {() => void} cancel
 *
 * What the input asks of the stage. Places are pixels of the photo.
 *
 * @typedef {object} StageActions
 * @property {(pointer: { clientX: number, clientY: number }) => Point} placeOf
 * @property {(place: Point, byFinger: boolean) => Drag | undefined} grab What a drag from there moves or draws;
 *   without that, it moves the view.
 * @property {(right: number, down: number) => void} move
 * @property {(factor: number, around?: Point) => void} zoom
 * @property {() => void} showWhole
 * @property {(place: Point, byFinger: boolean) => void} click
 * @property {(right: number, down: number, resize: boolean) => void} arrow
 * @property {() => boolean} enter Whether there was something to enter.
 * @property {() => boolean} remove Whether there was something to remove.
 * @property {() => boolean} next Whether there was something to go on to.
 * @property {() => boolean} letGo Whether there was something to let go.
 */

export const ZOOM_STEP = 1.5;

// A pointer that moves less than this is a click, in CSS pixels.
const CLICK = 5;

// How strongly a pinch on a trackpad zooms, in units of the wheel for a factor of e.
const WHEEL = 200;

/**
 * The factor by which a turn of the wheel zooms in.
 *
 * @param {number} deltaY
 */
export function wheelFactor(deltaY) {
  return Math.exp(-deltaY / WHEEL);
}

/**
 * Let one pointer click, drag or move the view, two pointers zoom, and a pinch on a trackpad zoom too.
 *
 * @param {SVGElement} overlay
 * @param {StageActions} stage
 */
export function listenToPointers(overlay, stage) {
  /** @type {Map<number, PointerEvent>} */
  const pointers = new Map();
  /** @type {PointerEvent | undefined} The pointer that has only been pressed so far. */
  let pressed;
  /** @type {Drag | undefined} */
  let drag;

  const cancelDrag = () => {
    drag?.cancel();
    drag = undefined;
  };
  overlay.onpointerdown = (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    // With a second finger, both zoom.
    cancelDrag();
    pressed = undefined;
    if (pointers.size === 1) {
      pressed = event;
      drag = stage.grab(stage.placeOf(event), event.pointerType === "touch");
    }
    overlay.setPointerCapture(event.pointerId);
  };
  overlay.onpointermove = (event) => {
    const before = pointers.get(event.pointerId);
    if (!before || (pressed && distance(event, pressed) < CLICK)) return;
    pressed = undefined;
    const other = [...pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
    if (drag) {
      drag.move(stage.placeOf(event));
    } else if (other) {
      // Fingers on the same spot are one pixel apart, so that nothing is divided by zero.
      const factor = (distance(event, other) || 1) / (distance(before, other) || 1);
      stage.zoom(factor, stage.placeOf(other));
    } else {
      const [here, there] = [stage.placeOf(event), stage.placeOf(before)];
      stage.move(there.x - here.x, there.y - here.y);
    }
    pointers.set(event.pointerId, event);
  };
  overlay.onpointerup = (event) => {
    pointers.delete(event.pointerId);
    const clicked = pressed?.pointerId === event.pointerId;
    if (!clicked) {
      drag?.end();
      drag = undefined;
      return;
    }
    pressed = undefined;
    cancelDrag();
    stage.click(stage.placeOf(event), event.pointerType === "touch");
  };
  overlay.onpointercancel = (event) => {
    pointers.delete(event.pointerId);
    pressed = undefined;
    cancelDrag();
  };
  // A finger that takes hold of something does not scroll the page.
  overlay.addEventListener("touchstart", (event) => drag && event.preventDefault(), { passive: false });
  overlay.addEventListener(
    "wheel",
    (event) => {
      // By itself the wheel scrolls the page; a pinch on a trackpad comes as a wheel with this key.
      if (!event.ctrlKey) return;
      event.preventDefault();
      stage.zoom(wheelFactor(event.deltaY), stage.placeOf(event));
    },
    { passive: false },
  );
}

/**
 * Let keys zoom, move, enter and remove.
 *
 * @param {KeyboardEvent} event
 * @param {StageActions} stage
 */
export function takeKey(event, stage) {
  const direction = arrowDirection(event.key);
  if (direction) {
    stage.arrow(...direction, event.shiftKey);
    event.preventDefault();
  } else if (actionOf(event.key, stage)?.()) {
    event.preventDefault();
  }
}

/**
 * What a key does, as a function that says whether it did something.
 *
 * @param {string} key
 * @param {StageActions} stage
 */
function actionOf(key, stage) {
  const always = (/** @type {() => void} */ act) => () => {
    act();
    return true;
  };
  switch (key) {
    case "+":
    case "=":
      return always(() => stage.zoom(ZOOM_STEP));
    case "-":
      return always(() => stage.zoom(1 / ZOOM_STEP));
    case "0":
      return always(stage.showWhole);
    case "Enter":
      return stage.enter;
    case "Delete":
    case "Backspace":
      return stage.remove;
    case "n":
      return stage.next;
    case "Escape":
      return stage.letGo;
    default:
      return undefined;
  }
}
