// Sends the camera's pictures as JPEG files, and draws the meshes that come back over the very picture in which they
// were found. How messages travel is the link's matter: a WebSocket, or the page's own connection.

import { frameMessage, readAnswer } from "./answer.js";
import { drawFrame } from "./mesh_drawing.js";
import { Pace } from "./pace.js";

/**
 * @import { View } from "./view.js"
 *
 * @typedef {object} Link
 * @property {number} mostUnderWay How many frames may be under way at once.
 * @property {(take: (message: ArrayBuffer) => void, lost: () => void) => Promise<void>} open
 * @property {(message: ArrayBuffer) => void} send
 * @property {() => void} close
 *
 * @typedef {object} Pending
 * @property {HTMLCanvasElement} picture The frame as it is shown.
 * @property {number} captured Its time, in milliseconds.
 * @property {number} sent
 */

// Milliseconds after which a stream without any answer is given up.
const STREAM_LOST = 5000;

export class FrameCarrier {
  /**
   * @param {View} view
   * @param {Link} link
   */
  constructor(view, link) {
    this.view = view;
    this.link = link;
    this.begun = performance.now();
    this.pace = new Pace(this.begun);
    this.number = 0;
    /** @type {Map<number, Pending>} */
    this.pending = new Map();
    /** @type {HTMLCanvasElement[]} */
    this.pictures = [];
    this.small = document.createElement("canvas");
    /** @type {() => void} */
    this.lost = () => {};
    /** @type {number | undefined} */
    this.age = undefined;
    this.shown = 0;
    this.closed = false;
    /** @type {((value: unknown) => void) | undefined} */
    this.drawn = undefined;
    /** @type {((error: Error) => void) | undefined} */
    this.failed = undefined;
  }

  // Resolves when the first mesh is shown.
  async open() {
    await this.link.open((message) => this.take(message), () => this.lose());
    this.answered = performance.now();
    await new Promise((resolve, reject) => {
      this.drawn = resolve;
      this.failed = reject;
      this.waitForPicture();
    });
  }

  lose() {
    if (this.closed) return;
    this.failed?.(new Error("the connection was lost"));
    this.lost();
  }

  close() {
    this.closed = true;
    this.link.close();
    this.pending.clear();
  }

  waitForPicture() {
    if (this.closed) return;
    this.view.nextPicture((captured) => {
      if (this.closed) return;
      this.waitForPicture();
      this.giveUpOld();
      if (this.pending.size >= Math.min(this.pace.underWay, this.link.mostUnderWay)) this.pace.passOver();
      else void this.send(captured);
    });
  }

  giveUpOld() {
    const now = performance.now();
    for (const [number, { sent }] of this.pending) {
      if (now - sent > this.pace.lostAfter) {
        this.forget(number);
        this.pace.gaveUp();
      }
    }
    // In the background no pictures come, and none is answered.
    if (this.number && now - (this.answered ?? now) > STREAM_LOST) {
      this.answered = now;
      if (!document.hidden) this.lose();
    }
  }

  /** @param {number} number */
  forget(number) {
    const pending = this.pending.get(number);
    if (!pending) return;
    this.pending.delete(number);
    this.pictures.push(pending.picture);
  }

  /** @param {number} captured */
  async send(captured) {
    const { source, data } = this.view;
    if (!source.videoWidth) return;
    const number = this.number++;
    const picture = this.pictures.pop() ?? document.createElement("canvas");
    copy(source, picture, source.videoWidth, source.videoHeight);
    this.pending.set(number, { picture, captured, sent: performance.now() });
    const { pixels, quality } = this.pace.size;
    const most = Math.min(pixels, data.limits.pixels);
    const scale = Math.min(1, Math.sqrt(most / (picture.width * picture.height)));
    copy(picture, this.small, Math.floor(picture.width * scale), Math.floor(picture.height * scale));
    const jpeg = await encoded(this.small, quality);
    if (this.closed) return;
    if (!jpeg || jpeg.size > data.limits.bytes) {
      this.forget(number);
      this.pace.change(Math.max(this.pace.level - 1, 0));
      return;
    }
    const milliseconds = Math.max(Math.round(captured - this.begun), 0);
    const message = frameMessage(number, milliseconds, await jpeg.arrayBuffer());
    if (!this.closed) this.link.send(message);
  }

  /** @param {ArrayBuffer} message */
  take(message) {
    const answer = readAnswer(message);
    const { number, servedMs = 0, numbers } = answer.head;
    const pending = this.pending.get(number);
    if (this.closed || !pending) return;
    this.view.fit(pending.picture);
    drawFrame(this.view.canvas, pending.picture, answer, this.view.data.style, this.view.data.mirrored);
    const now = performance.now();
    this.answered = now;
    this.age = now - pending.captured;
    this.shown += 1;
    this.pace.answered(now, now - pending.sent, servedMs);
    for (const earlier of [...this.pending.keys()]) {
      if (earlier <= number) this.forget(earlier);
    }
    if (numbers) document.dispatchEvent(new CustomEvent("visavis-numbers", { detail: numbers }));
    this.drawn?.(undefined);
  }

  // The next picture comes from the new camera.
  async changeCamera() {}

  read() {
    const { age, shown } = this;
    this.shown = 0;
    return { age, shown };
  }
}

/**
 * @param {CanvasImageSource} from
 * @param {HTMLCanvasElement} to
 * @param {number} width
 * @param {number} height
 */
function copy(from, to, width, height) {
  if (to.width !== width || to.height !== height) {
    to.width = width;
    to.height = height;
  }
  to.getContext("2d", { alpha: false })?.drawImage(from, 0, 0, width, height);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} quality
 * @returns {Promise<Blob | null>}
 */
function encoded(canvas, quality) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
