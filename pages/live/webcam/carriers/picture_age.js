// How old the picture is that WebRTC brings back. Nothing in it tells: so the latest ones are compared, very small, with
// what the camera has taken. They resemble most what it took as long ago as they are old. Without motion, that is not
// known.

/**
 * @import { View } from "./view.js"
 *
 * @typedef {object} Seen
 * @property {number} time When the camera took it, or when it came back; in milliseconds.
 * @property {Float32Array} pixels
 */

const WIDTH = 32;
const HEIGHT = 24;

// Milliseconds: the ages that are tried, and for how long pictures that come back are compared.
const OLDEST = 1500;
const STEP = 10;
const COMPARED = 1000;

// Milliseconds between pictures that are kept of the camera, and between those that are compared.
const TAKE_EVERY = 30;
const COMPARE_EVERY = 100;

// Milliseconds of rest between measurements: without it they take the browser a twentieth of a core.
const REST = 7000;

// How much more the pictures must differ at most ages than at the best one, to tell it by that.
const CLEARLY = 1.3;

/**
 * The age at which the returned pictures resemble the taken ones most; undefined where that is not clear.
 *
 * @param {Seen[]} taken By their times.
 * @param {Seen[]} returned
 * @returns {number | undefined}
 */
export function ageByResemblance(taken, returned) {
  if (!taken.length) return undefined;
  const ages = Array.from({ length: OLDEST / STEP + 1 }, (_, index) => index * STEP);
  const inTime = returned.filter(({ time }) => time - OLDEST >= taken[0].time);
  if (!inTime.length) return undefined;
  const differences = ages.map((age) =>
    inTime.reduce((sum, { time, pixels }) => sum + difference(nearest(taken, time - age).pixels, pixels), 0)
  );
  const least = Math.min(...differences);
  const usual = [...differences].sort((a, b) => a - b)[Math.floor(ages.length / 2)];
  if (!(usual > CLEARLY * least)) return undefined;
  // Several ages have the same nearest pictures: the middle one.
  const best = ages.filter((_, index) => differences[index] === least);
  return (best[0] + best[best.length - 1]) / 2;
}

/**
 * @param {Seen[]} taken
 * @param {number} time
 */
function nearest(taken, time) {
  return taken.reduce((best, seen) => Math.abs(seen.time - time) < Math.abs(best.time - time) ? seen : best);
}

/**
 * The mean square of the difference between two pictures.
 *
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function difference(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] - b[at]) ** 2;
  return sum / a.length;
}

export class AgeMeter {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    /** @type {number | undefined} */
    this.age = undefined;
    /** @type {Seen[]} */
    this.taken = [];
    /** @type {Seen[]} */
    this.returned = [];
    this.running = false;
    this.measuring = false;
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.canvas = canvas.getContext("2d", { willReadFrequently: true });
  }

  start() {
    this.running = true;
    this.measure();
  }

  stop() {
    this.running = false;
  }

  measure() {
    if (!this.running) return;
    this.measuring = true;
    this.taken = [];
    this.returned = [];
    this.watchCamera();
    this.watchReturned();
  }

  watchCamera() {
    this.view.nextPicture((time) => {
      if (!this.running || !this.measuring) return;
      if (time - (this.taken.at(-1)?.time ?? 0) >= TAKE_EVERY) {
        this.taken.push({ time, pixels: this.pixels(this.view.source, this.view.data.mirrored) });
      }
      this.watchCamera();
    });
  }

  watchReturned() {
    this.view.returned.requestVideoFrameCallback?.((time) => {
      if (!this.running) return;
      const since = this.taken.length ? time - this.taken[0].time : 0;
      if (since >= OLDEST && time - (this.returned.at(-1)?.time ?? 0) >= COMPARE_EVERY) {
        this.returned.push({ time, pixels: this.pixels(this.view.returned, false) });
      }
      if (since < OLDEST + COMPARED) this.watchReturned();
      else this.tell();
    });
  }

  tell() {
    this.age = ageByResemblance(this.taken, this.returned);
    this.measuring = false;
    setTimeout(() => this.measure(), REST);
  }

  /**
   * The brightness of a very small copy.
   *
   * @param {HTMLVideoElement} video
   * @param {boolean} mirrored
   */
  pixels(video, mirrored) {
    const pixels = new Float32Array(WIDTH * HEIGHT);
    if (!this.canvas) return pixels;
    this.canvas.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? WIDTH : 0, 0);
    this.canvas.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.canvas.getImageData(0, 0, WIDTH, HEIGHT);
    return pixels.map((_, at) => (data[4 * at] + 2 * data[4 * at + 1] + data[4 * at + 2]) / 4);
  }
}
