// What the visitor sees: the camera's own picture, what WebRTC brings back, or the drawn frames, in one place.

import { find } from "../../../../components/ui/js/component.js";

/**
 * @import { WebcamData } from "../webcam.js"
 *
 * @typedef {"own" | "returned" | "drawn"} Layer
 */

// Milliseconds between a usual camera's pictures.
const USUAL_EVERY = 1000 / 30;

export class View {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {WebcamData} data
   */
  constructor(root, data) {
    this.data = data;
    this.stage = find(root, ".stage", HTMLElement);
    this.own = find(root, ".own", HTMLVideoElement);
    this.returned = find(root, ".returned", HTMLVideoElement);
    this.drawn = find(root, ".drawn", HTMLCanvasElement);
    const canvas = this.drawn.getContext("2d", { alpha: false });
    if (!canvas) throw new Error("The browser has no canvas");
    this.canvas = canvas;
    // The camera once more, outside the page: of a video in it, browsers tell nothing while it is scrolled out of view.
    this.source = document.createElement("video");
    this.source.muted = true;
    this.source.playsInline = true;
    // A phone that is turned gives pictures of another shape.
    this.own.onresize = () => this.shape();
    this.reveal("own");
  }

  /** @param {WebcamData} data */
  update(data) {
    this.data = data;
    if (!this.own.poster) this.own.poster = data.poster;
    this.own.classList.toggle("mirrored", data.mirrored && this.own.srcObject !== null);
  }

  /** @param {MediaStream} camera */
  showCamera(camera) {
    this.own.srcObject = camera;
    this.source.srcObject = camera;
    void this.source.play();
    this.update(this.data);
  }

  showPoster() {
    this.own.srcObject = null;
    this.source.srcObject = null;
    this.returned.srcObject = null;
    // Shows the poster again.
    this.own.load();
    this.update(this.data);
    this.reveal("own");
  }

  /** @param {Layer} layer */
  reveal(layer) {
    this.stage.dataset.shown = layer;
    this.shape();
  }

  shape() {
    const { videoWidth, videoHeight } = this.own;
    this.stage.style.setProperty("--aspect", videoWidth ? String(videoWidth / videoHeight) : "");
  }

  /**
   * Give the drawn frames this picture's size.
   *
   * @param {{ width: number, height: number }} picture
   */
  fit({ width, height }) {
    if (this.drawn.width === width && this.drawn.height === height) return;
    this.drawn.width = width;
    this.drawn.height = height;
  }

  /**
   * Call back with the time at which the camera took its next picture.
   *
   * @param {(captured: number) => void} take
   */
  nextPicture(take) {
    if (this.source.requestVideoFrameCallback) {
      this.source.requestVideoFrameCallback((now, { captureTime }) => take(captureTime ?? now));
    } else {
      // Older browsers do not tell of each picture.
      setTimeout(() => take(performance.now()), USUAL_EVERY);
    }
  }
}
