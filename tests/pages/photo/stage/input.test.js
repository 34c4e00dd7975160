import assert from "node:assert/strict";
import { listenToPointers, takeKey, wheelFactor, ZOOM_STEP } from "../../../../pages/photo/stage/input.js";

/** @import { StageActions } from "../../../../pages/photo/stage/input.js" */

/**
 * A stage that notes what it is asked for. One pixel of the screen is one of its photo.
 *
 * @param {boolean} [hasCross]
 * @param {boolean} [hasDrag]
 * @returns {StageActions & { asked: unknown[][] }}
 */
function notingStage(hasCross = false, hasDrag = false) {
  /** @type {unknown[][]} */
  const asked = [];
  return {
    asked,
    placeOf: ({ clientX, clientY }) => ({ x: clientX, y: clientY }),
    move: (right, down) => asked.push(["move", right, down]),
    zoom: (factor, around) => asked.push(["zoom", factor, around]),
    showWhole: () => asked.push(["whole"]),
    click: (place, byFinger) => asked.push(["click", place, byFinger]),
    arrow: (right, down, resize) => asked.push(["arrow", right, down, resize]),
    grab: (place) => {
      if (!hasDrag) return undefined;
      asked.push(["grab", place]);
      return {
        move: (to) => asked.push(["drag", to]),
        end: () => asked.push(["end"]),
        cancel: () => asked.push(["cancel"]),
      };
    },
    remove: () => hasCross,
    next: () => hasCross,
    letGo: () => hasCross,
    enter: () => {
      asked.push(["enter"]);
      return hasCross;
    },
  };
}

/** An overlay that takes events as if a visitor caused them. */
class Overlay {
  /** @type {Record<string, (event: unknown) => void>} */
  handlers = {};

  setPointerCapture() {}

  /**
   * @param {string} kind
   * @param {(event: unknown) => void} handler
   */
  addEventListener(kind, handler) {
    this.handlers[kind] = handler;
  }

  /**
   * @param {string} kind
   * @param {number} x
   * @param {number} y
   * @param {object} [more]
   */
  send(kind, x, y, more = {}) {
    const self = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this));
    const handler = /** @type {(event: unknown) => void} */ (self[`on${kind}`] ?? this.handlers[kind]);
    let prevented = false;
    const preventDefault = () => (prevented = true);
    const event = { pointerId: 1, button: 0, pointerType: "mouse", clientX: x, clientY: y, preventDefault };
    handler({ ...event, ...more });
    return prevented;
  }
}

function listening(hasDrag = false) {
  const stage = notingStage(false, hasDrag);
  const overlay = new Overlay();
  listenToPointers(/** @type {SVGElement} */ (/** @type {unknown} */ (overlay)), stage);
  return { stage, overlay };
}

Deno.test("a press that hardly moves is a click", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 100, 100);
  overlay.send("pointermove", 103, 102);
  overlay.send("pointerup", 103, 102);
  assert.deepEqual(stage.asked, [["click", { x: 103, y: 102 }, false]]);
});

Deno.test("a finger clicks as a finger", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 10, 10, { pointerType: "touch" });
  overlay.send("pointerup", 10, 10, { pointerType: "touch" });
  assert.deepEqual(stage.asked, [["click", { x: 10, y: 10 }, true]]);
});

Deno.test("only the main button clicks", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 10, 10, { button: 2 });
  overlay.send("pointerup", 10, 10, { button: 2 });
  assert.deepEqual(stage.asked, []);
});

Deno.test("one pointer moves the view against its own movement", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 100, 100);
  overlay.send("pointermove", 120, 90);
  overlay.send("pointermove", 121, 90);
  overlay.send("pointerup", 121, 90);
  assert.deepEqual(stage.asked, [["move", -20, 10], ["move", -1, 0]]);
});

Deno.test("two pointers zoom around the one that rests, and click nowhere", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 100, 100, { pointerId: 1 });
  overlay.send("pointerdown", 200, 100, { pointerId: 2 });
  overlay.send("pointermove", 300, 100, { pointerId: 2 });
  overlay.send("pointermove", 200, 100, { pointerId: 2 });
  overlay.send("pointerup", 200, 100, { pointerId: 2 });
  overlay.send("pointerup", 100, 100, { pointerId: 1 });
  assert.deepEqual(stage.asked, [
    ["zoom", 2, { x: 100, y: 100 }],
    ["zoom", 0.5, { x: 100, y: 100 }],
  ]);
});

Deno.test("fingers on one spot divide nothing by zero", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 100, 100, { pointerId: 1 });
  overlay.send("pointerdown", 100, 100, { pointerId: 2 });
  overlay.send("pointermove", 110, 100, { pointerId: 2 });
  assert.deepEqual(stage.asked, [["zoom", 10, { x: 100, y: 100 }]]);
});

Deno.test("a cancelled pointer is forgotten", () => {
  const { stage, overlay } = listening();
  overlay.send("pointerdown", 100, 100);
  overlay.send("pointercancel", 100, 100);
  overlay.send("pointermove", 200, 200);
  overlay.send("pointerup", 200, 200);
  assert.deepEqual(stage.asked, []);
});

Deno.test("what is taken hold of is dragged, and the view stays", () => {
  const { stage, overlay } = listening(true);
  overlay.send("pointerdown", 100, 100);
  overlay.send("pointermove", 120, 90);
  overlay.send("pointerup", 120, 90);
  assert.deepEqual(stage.asked, [["grab", { x: 100, y: 100 }], ["drag", { x: 120, y: 90 }], ["end"]]);
});

Deno.test("a click on what could be dragged is a click", () => {
  const { stage, overlay } = listening(true);
  overlay.send("pointerdown", 100, 100);
  overlay.send("pointerup", 101, 100);
  assert.deepEqual(stage.asked, [["grab", { x: 100, y: 100 }], ["cancel"], [
    "click",
    { x: 101, y: 100 },
    false,
  ]]);
});

Deno.test("a second finger gives a drag up, and both zoom", () => {
  const { stage, overlay } = listening(true);
  overlay.send("pointerdown", 100, 100, { pointerId: 1 });
  overlay.send("pointermove", 120, 100, { pointerId: 1 });
  overlay.send("pointerdown", 220, 100, { pointerId: 2 });
  overlay.send("pointermove", 320, 100, { pointerId: 2 });
  assert.deepEqual(stage.asked.slice(-2), [["cancel"], ["zoom", 2, { x: 120, y: 100 }]]);
});

Deno.test("a pinch on a trackpad zooms, and the wheel alone scrolls the page", () => {
  const { stage, overlay } = listening();
  assert.equal(overlay.send("wheel", 50, 60, { ctrlKey: false, deltaY: -100 }), false);
  assert.deepEqual(stage.asked, []);
  assert.equal(overlay.send("wheel", 50, 60, { ctrlKey: true, deltaY: -100 }), true);
  assert.deepEqual(stage.asked, [["zoom", wheelFactor(-100), { x: 50, y: 60 }]]);
  assert(wheelFactor(-100) > 1 && wheelFactor(100) < 1);
  assert(Math.abs(wheelFactor(100) * wheelFactor(-100) - 1) < 1e-12);
});

Deno.test("keys zoom and move", () => {
  const stage = notingStage();
  let prevented = 0;
  for (const key of ["+", "=", "-", "0", "ArrowLeft", "ArrowDown", "Tab", "Enter"]) {
    const event = { key, shiftKey: key === "ArrowDown", preventDefault: () => prevented++ };
    takeKey(/** @type {KeyboardEvent} */ (/** @type {unknown} */ (event)), stage);
  }
  assert.deepEqual(stage.asked, [
    ["zoom", ZOOM_STEP, undefined],
    ["zoom", ZOOM_STEP, undefined],
    ["zoom", 1 / ZOOM_STEP, undefined],
    ["whole"],
    ["arrow", -1, 0, false],
    ["arrow", 0, 1, true],
    ["enter"],
  ]);
  // Tab and an Enter that enters nothing are the browser's.
  assert.equal(prevented, 6);
});

Deno.test("a key that does something is ours, otherwise it is the browser's", () => {
  for (const does of [true, false]) {
    for (const key of ["Enter", "Delete", "Backspace", "n", "Escape"]) {
      let prevented = false;
      const event = { key, preventDefault: () => (prevented = true) };
      takeKey(/** @type {KeyboardEvent} */ (/** @type {unknown} */ (event)), notingStage(does));
      assert.equal(prevented, does);
    }
  }
});
