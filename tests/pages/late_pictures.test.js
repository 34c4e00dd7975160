import assert from "node:assert/strict";
import { fetchLatePictures } from "../../pages/late_pictures.js";

const ADDRESS = "https://visavis.test/media/a.jpg";

/** A page whose pictures fail to load, and what it puts off. */
function page() {
  /** @type {((event: any) => void)[]} */
  const listeners = [];
  /** @type {{ call: () => void, wait: number }[]} */
  const later = [];
  const events = /** @type {any} */ ({
    /** @type {(kind: string, listener: (event: any) => void, capture: boolean) => void} */
    addEventListener: (kind, listener, capture) => {
      assert.deepEqual([kind, capture], ["error", true]);
      listeners.push(listener);
    },
    /** @type {(kind: string, listener: (event: any) => void) => void} */
    removeEventListener: (_kind, listener) => void listeners.splice(listeners.indexOf(listener), 1),
  });
  const leave = fetchLatePictures(events, "/media/", (call, wait) => later.push({ call, wait }));
  const fail = (/** @type {object} */ picture) =>
    listeners.forEach((listener) => listener({ target: picture }));
  return { fail, later, leave };
}

/** A picture that notes how often its address is set. */
function picture(address = ADDRESS) {
  return {
    isConnected: true,
    asked: 0,
    address,
    get src() {
      return this.address;
    },
    set src(next) {
      this.address = next;
      this.asked += 1;
    },
  };
}

Deno.test("a picture that was not there is asked for again for a minute", () => {
  const { fail, later } = page();
  const missing = picture();
  for (let times = 0; times < 20; times++) fail(missing);
  const waits = later.map(({ wait }) => wait);
  assert.deepEqual(waits, [500, 1000, 2000, ...Array(14).fill(4000)]);
  later.forEach(({ call }) => call());
  assert.equal(missing.asked, waits.length);
  assert.equal(missing.src, ADDRESS);
});

Deno.test("each picture has its own tries, and so has each address", () => {
  const { fail, later } = page();
  const changed = picture();
  fail(changed);
  fail(picture());
  changed.address = ADDRESS.replace("a.jpg", "b.jpg");
  fail(changed);
  assert.deepEqual(later.map(({ wait }) => wait), [500, 500, 500]);
});

Deno.test("a picture that is gone or has changed is left alone", () => {
  const { fail, later } = page();
  const [gone, changed] = [picture(), picture()];
  fail(gone);
  fail(changed);
  gone.isConnected = false;
  changed.address = "https://visavis.test/media/b.jpg";
  later.forEach(({ call }) => call());
  assert.deepEqual([gone.asked, changed.asked], [0, 0]);
});

Deno.test("what the server always has, or never had, is left alone", () => {
  const { fail, later, leave } = page();
  fail(picture("https://visavis.test/static/icon.png"));
  fail({});
  leave();
  fail(picture());
  assert.equal(later.length, 0);
});
