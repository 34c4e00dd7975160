import assert from "node:assert/strict";
import { keepStepsToPages } from "../../pages/history_steps.js";

const PHOTO = "https://visavis.test/photo?own=3&tab=Hide+faces";

/** A browser's history, opened at an address, and the time, which a test sets. */
function browser() {
  const steps = [PHOTO];
  const location = {
    get href() {
      return steps[steps.length - 1];
    },
    get pathname() {
      return new URL(this.href).pathname;
    },
  };
  /** @type {(next: string | URL | null | undefined) => string} */
  const whole = (next) => String(new URL(next ?? location.href, location.href));
  const history = {
    state: null,
    /** @type {History["pushState"]} */
    pushState: (_state, _unused, next) => void steps.push(whole(next)),
    /** @type {History["replaceState"]} */
    replaceState: (_state, _unused, next) => void steps.splice(-1, 1, whole(next)),
  };
  const clock = { now: 0 };
  const leave = keepStepsToPages(history, location, () => clock.now);
  return { steps, history, clock, leave };
}

Deno.test("a changed address on the same page is no step", () => {
  const { steps, history } = browser();
  history.pushState({}, "", "/photo?own=3");
  assert.deepEqual(steps, ["https://visavis.test/photo?own=3"]);
});

Deno.test("another page is a step, and leaves the address of the page before as it was", () => {
  const { steps, history, clock } = browser();
  history.pushState({}, "", "/photo");
  clock.now = 200;
  history.pushState({}, "", "/learn");
  assert.deepEqual(steps, [PHOTO, "https://visavis.test/learn"]);
});

Deno.test("what the page itself changed in its address stays", () => {
  const { steps, history, clock } = browser();
  history.pushState({}, "", "/photo?own=3");
  clock.now = 5000;
  history.pushState({}, "", "/learn");
  assert.deepEqual(steps, ["https://visavis.test/photo?own=3", "https://visavis.test/learn"]);
});

Deno.test("once it is gone, the browser's own way is back", () => {
  const { steps, history, leave } = browser();
  leave();
  history.pushState({}, "", "/photo");
  assert.deepEqual(steps.length, 2);
});
