// What the visitor sees: the camera's own picture, what WebRTC brings back, or the drawn frames, in one place.

import { find } from "../../../../components/ui/js/component.js";

/**
 * @import { WebcamData } from "../webcam.js"
 *
 * @typedef {"own" | "returned" | "drawn"} Layer
 */

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
    this.update(this.data);
  }

  showPoster() {
    this.own.srcObject = null;
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
    this.stage.style.setProperty("--ratio", videoWidth ? String(videoWidth / videoHeight) : "");
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
    this.own.requestVideoFrameCallback((now, { captureTime }) => take(captureTime ?? now));
  }
}
