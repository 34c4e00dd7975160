// WebRTC: the server gets the camera's video, and sends it back with the meshes drawn.

import { NumberLink } from "./number_link.js";
import { AgeMeter } from "./picture_age.js";

/**
 * @import { View } from "./view.js"
 * @import { Ask } from "../webcam.js"
 */

// Finding a way through a firewall may take seconds; the offer uses what is found by then.
const GATHERING_MILLISECONDS = 1500;
const PATIENT_GATHERING_MILLISECONDS = 4000;

// Milliseconds after which a picture that stands still is taken for a lost connection; the browser itself takes longer.
const STANDS = 4000;

// Kilobits a second: enough for 640x480 in motion.
const START_KILOBITS = 1500;

// Pixels of a picture, a little fewer than the server takes: encoders round a picture's sides.
const MAX_PIXELS = 300_000;

export class WebRtcCarrier {
  /**
   * @param {View} view
   * @param {Ask} ask
   * @param {boolean} patient Whether the visitor has asked for this way.
   */
  constructor(view, ask, patient) {
    this.view = view;
    this.ask = ask;
    this.patient = patient;
    /** @type {() => void} */
    this.lost = () => {};
    /** @type {RTCPeerConnection | undefined} */
    this.connection = undefined;
    /** @type {RTCRtpSender | undefined} */
    this.sender = undefined;
    this.meter = new AgeMeter(view);
    this.numbers = new NumberLink();
    this.decoded = 0;
    this.decodedAt = Infinity;
    this.told = 0;
    this.closed = false;
  }

  // Resolves when the first picture has come back.
  async open() {
    const connection = new RTCPeerConnection(this.view.data.configuration);
    this.connection = connection;
    const { returned } = this.view;
    connection.ontrack = (event) => (returned.srcObject = new MediaStream([event.track]));
    const camera = /** @type {MediaStream} */ (this.view.own.srcObject);
    const [track] = camera.getVideoTracks();
    this.sender = connection.addTrack(track, camera);
    await bound(this.sender, track);
    await connection.setLocalDescription();
    await gathered(connection, this.patient ? PATIENT_GATHERING_MILLISECONDS : GATHERING_MILLISECONDS);
    const answer = await this.ask({ sdp: connection.localDescription?.sdp ?? "" });
    if (!answer.sdp) throw new Error("the server has no answer");
    if (!this.closed) this.numbers.open(answer);
    await connection.setRemoteDescription({ type: "answer", sdp: startingFast(answer.sdp) });
    await this.connected(connection);
    await firstPicture(returned);
    this.meter.start();
    this.decodedAt = performance.now();
    this.view.reveal("returned");
  }

  /** @param {RTCPeerConnection} connection */
  connected(connection) {
    return new Promise((resolve, reject) => {
      connection.onconnectionstatechange = () => {
        const state = connection.connectionState;
        if (state === "connected") resolve(undefined);
        if (state !== "failed" && state !== "closed") return;
        reject(new Error(`the connection is ${state}`));
        if (!this.closed) this.lost();
      };
    });
  }

  close() {
    this.closed = true;
    this.meter.stop();
    this.numbers.close();
    this.connection?.close();
    this.view.returned.srcObject = null;
  }

  /** @param {MediaStreamTrack} track */
  async changeCamera(track) {
    if (!this.sender) return;
    await bound(this.sender, track);
    await this.sender.replaceTrack(track);
  }

  read() {
    const { age } = this.meter;
    const shown = this.decoded - this.told;
    this.told = this.decoded;
    void this.look();
    return { age, shown };
  }

  // Counts the pictures that have come; a video element's own count stays zero in Firefox.
  async look() {
    const statistics = await this.connection?.getStats();
    if (this.closed || !statistics) return;
    for (const entry of statistics.values()) {
      if (entry.type !== "inbound-rtp" || entry.framesDecoded === this.decoded) continue;
      this.decoded = entry.framesDecoded ?? 0;
      this.decodedAt = performance.now();
    }
    if (performance.now() - this.decodedAt > STANDS) this.lost();
  }
}

/**
 * Send a camera's pictures reduced, where they are larger than the server takes.
 *
 * @param {RTCRtpSender} sender
 * @param {MediaStreamTrack} track
 */
async function bound(sender, track) {
  const { width = 0, height = 0 } = track.getSettings();
  // 640x480 goes as it is.
  const scaleResolutionDownBy = width * height > 640 * 480 ? Math.sqrt((width * height) / MAX_PIXELS) : 1;
  const parameters = sender.getParameters();
  if (scaleResolutionDownBy === (parameters.encodings[0]?.scaleResolutionDownBy ?? 1)) return;
  parameters.encodings = parameters.encodings.map((encoding) => ({
    ...encoding,
    scaleResolutionDownBy,
  }));
  await sender.setParameters(parameters);
}

// Chromium begins with so few bits that a moving picture is coarse for half a minute; other browsers pass over this.
/** @param {string} sdp */
function startingFast(sdp) {
  return sdp.replace(
    /a=rtpmap:(\d+) VP8\/90000\r\n/g,
    `$&a=fmtp:$1 x-google-start-bitrate=${START_KILOBITS}\r\n`,
  );
}

/**
 * @param {RTCPeerConnection} connection
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
function gathered(connection, milliseconds) {
  return new Promise((resolve) => {
    const timeout = setTimeout(resolve, milliseconds);
    const look = () => {
      if (connection.iceGatheringState !== "complete") return;
      clearTimeout(timeout);
      resolve();
    };
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<void>}
 */
function firstPicture(video) {
  return new Promise((resolve) => {
    if (video.videoWidth) resolve();
    else video.addEventListener("loadeddata", () => resolve(), { once: true });
  });
}
