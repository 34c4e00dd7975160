// Pointers, wheel and keys on the stage, translated into what they ask for.

import { arrowDirection } from "../../../components/ui/js/numbers.js";
import { distance } from "./geometry.js";

/**
 * @import { Point } from "./geometry.js"
 *
 * What the input asks of the stage. Places are pixels of the photo.
 *
 * @typedef {object} StageActions
 * @property {(pointer: { clientX: number, clientY: number }) => Point} placeOf
 * @property {(right: number, down: number) => void} move
 * @property {(factor: number, around?: Point) => void} zoom
 * @property {() => void} showWhole
 * @property {(place: Point, byFinger: boolean) => void} click
 * @property {(right: number, down: number) => void} arrow
 * @property {() => boolean} enter Whether there was something to enter.
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
 * Let one pointer click or move the view, two pointers zoom, and a pinch on a trackpad zoom too.
 *
 * @param {SVGElement} overlay
 * @param {StageActions} stage
 */
export function listenToPointers(overlay, stage) {
  /** @type {Map<number, PointerEvent>} */
  const pointers = new Map();
  /** @type {PointerEvent | undefined} The pointer that has only been pressed so far. */
  let pressed;

  overlay.onpointerdown = (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    pressed = pointers.size === 1 ? event : undefined;
    overlay.setPointerCapture(event.pointerId);
  };
  overlay.onpointermove = (event) => {
    const before = pointers.get(event.pointerId);
    if (!before || (pressed && distance(event, pressed) < CLICK)) return;
    pressed = undefined;
    const other = [...pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
    if (other) {
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
    if (pressed?.pointerId !== event.pointerId) return;
    pressed = undefined;
    stage.click(stage.placeOf(event), event.pointerType === "touch");
  };
  overlay.onpointercancel = (event) => {
    pointers.delete(event.pointerId);
    pressed = undefined;
  };
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
 * Let keys zoom, move and enter.
 *
 * @param {KeyboardEvent} event
 * @param {StageActions} stage
 */
export function takeKey(event, stage) {
  const direction = arrowDirection(event.key);
  if (direction) stage.arrow(...direction);
  else if (event.key === "+" || event.key === "=") stage.zoom(ZOOM_STEP);
  else if (event.key === "-") stage.zoom(1 / ZOOM_STEP);
  else if (event.key === "0") stage.showWhole();
  else if (event.key !== "Enter" || !stage.enter()) return;
  event.preventDefault();
}
