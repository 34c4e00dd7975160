// The browser's end of the stream: asks for the camera, offers a connection, shows what comes back.
//
// It reports `stream`, each time whole.

import { find, instanceIn, whenGone } from "../../../components/ui/js/component.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 *
 * @typedef {object} WebcamData
 * @property {string} poster Shown while there is no picture, as an address that holds it.
 * @property {RTCConfiguration} configuration
 * @property {Answer | null} answer
 *
 * The server's answer to the offer with this id; without sdp it is a refusal.
 * @typedef {{ id: string, sdp?: string }} Answer
 *
 * The problem is the name of the browser's error, or "CameraLost".
 * @typedef {{ id: string, phase: "refused", problem: string }
 *   | { id: string, phase: "offered", sdp: string }
 *   | { id: string, phase: "connected" }
 *   | { id: string, phase: "ended", reason: EndReason }} StreamReport
 *
 * @typedef {"stopped" | "failed" | "lost"} EndReason
 *
 * One start of the camera, to its end.
 * @typedef {object} Run
 * @property {string} id
 * @property {object} [opening] The latest attempt to open a camera.
 * @property {MediaStream} [camera]
 * @property {RTCPeerConnection} [connection]
 * @property {RTCRtpSender} [sender]
 * @property {number} [timeout]
 * @property {boolean} [answered]
 * @property {boolean} [connected]
 */

// Finding a way through a firewall may take seconds; the offer uses what is found by then.
const GATHERING_MILLISECONDS = 4000;
const CONNECTING_MILLISECONDS = 20000;

// Kilobits a second: enough for 640x480 in motion.
const START_KILOBITS = 1500;

// Pixels of a picture, a little fewer than the server takes: encoders round a picture's sides.
const MAX_PIXELS = 300_000;

const CONSTRAINTS = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };

// What the browser says where a chosen camera is no longer there.
const GONE = ["OverconstrainedError", "NotFoundError"];

class Webcam {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {WebcamData} data
   */
  constructor(root, data) {
    this.video = find(root, "video", HTMLVideoElement);
    this.button = find(root, "button", HTMLButtonElement);
    this.cameras = find(root, "select", HTMLSelectElement);
    this.data = data;
    /** @type {(report: StreamReport) => void} */
    this.report = () => {};
    /** @type {Run | undefined} */
    this.run = undefined;
    this.button.onclick = () => (this.run ? this.end(this.run, "stopped") : this.start());
    this.cameras.onchange = () => this.changeCamera();
    this.listening = new AbortController();
    // A tab that is closed has no time to report; the server sees the connection close.
    window.addEventListener("pagehide", () => this.close(), { signal: this.listening.signal });
    this.show("off");
  }

  /**
   * @param {WebcamData} data
   * @param {(report: StreamReport) => void} report
   */
  update(data, report) {
    this.data = data;
    this.report = report;
    if (!this.video.poster) this.video.poster = data.poster;
    this.takeAnswer(data.answer);
  }

  // When the browser answers after this run has ended, the answer is no longer wanted.
  async start() {
    /** @type {Run} */
    const run = { id: String(Math.random()) };
    this.run = run;
    this.show("asking");
    const track = await this.openCamera(run);
    if (!track) return;
    this.show("connecting");
    run.timeout = window.setTimeout(() => this.end(run, "failed"), CONNECTING_MILLISECONDS);
    try {
      await this.listCameras(run, track);
      await this.offer(run);
    } catch (error) {
      console.warn("No connection could be offered", error);
      if (run === this.run) this.end(run, "failed");
    }
  }

  /**
   * The opened camera, where there is one and it is still wanted; a refusal is reported.
   *
   * @param {Run} run
   * @returns {Promise<MediaStreamTrack | undefined>}
   */
  async openCamera(run) {
    const opening = {};
    run.opening = opening;
    let camera;
    try {
      camera = await askForCamera(this.cameras.value);
    } catch (error) {
      if (run === this.run && opening === run.opening) this.refuse(run, nameOf(error));
      return undefined;
    }
    if (run !== this.run || opening !== run.opening) {
      stop(camera);
      return undefined;
    }
    stop(run.camera);
    run.camera = camera;
    // Unplugged, or the permission was withdrawn.
    const [track] = camera.getVideoTracks();
    track.onended = () => {
      if (run === this.run && camera === run.camera) this.refuse(run, "CameraLost");
    };
    return track;
  }

  /**
   * @param {Run} run
   * @param {MediaStreamTrack} track The camera in use.
   */
  async listCameras(run, track) {
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (run !== this.run) return;
    const cameras = devices.filter((device) => device.kind === "videoinput");
    const used = track.getSettings().deviceId;
    this.cameras.replaceChildren(
      ...cameras.map((camera) => new Option(camera.label, camera.deviceId, false, camera.deviceId === used)),
    );
    this.cameras.hidden = cameras.length < 2;
  }

  async changeCamera() {
    const run = this.run;
    if (!run) return;
    // Phones open one camera at a time.
    stop(run.camera);
    const track = await this.openCamera(run);
    if (!track || !run.sender) return;
    await bound(run.sender, track);
    await run.sender.replaceTrack(track);
  }

  /** @param {Run} run */
  async offer(run) {
    // The visitor may have stopped meanwhile.
    if (run !== this.run || !run.camera) return;
    const connection = new RTCPeerConnection(this.data.configuration);
    run.connection = connection;
    connection.ontrack = (event) => (this.video.srcObject = new MediaStream([event.track]));
    connection.onconnectionstatechange = () => {
      if (run === this.run) this.followConnection(run, connection.connectionState);
    };
    const [track] = run.camera.getVideoTracks();
    run.sender = connection.addTrack(track, run.camera);
    await bound(run.sender, track);
    await connection.setLocalDescription();
    await gathered(connection);
    const sdp = connection.localDescription?.sdp ?? "";
    if (run === this.run) this.report({ id: run.id, phase: "offered", sdp });
  }

  /** @param {Answer | null} answer */
  takeAnswer(answer) {
    const run = this.run;
    // The same answer comes with every run of the page.
    if (!run?.connection || answer?.id !== run.id || run.answered) return;
    run.answered = true;
    // Without one, the server tells its reason on the page.
    if (!answer.sdp) {
      this.close();
      return;
    }
    run.connection
      .setRemoteDescription({ type: "answer", sdp: startingFast(answer.sdp) })
      .catch(() => run === this.run && this.end(run, "failed"));
  }

  /**
   * @param {Run} run
   * @param {RTCPeerConnectionState} state
   */
  followConnection(run, state) {
    if (state === "connected") {
      clearTimeout(run.timeout);
      run.connected = true;
      this.show("on");
      this.report({ id: run.id, phase: "connected" });
    } else if (state === "failed" || state === "closed") {
      this.end(run, run.connected ? "lost" : "failed");
    }
  }

  /**
   * @param {Run} run
   * @param {string} problem
   */
  refuse(run, problem) {
    this.close();
    this.report({ id: run.id, phase: "refused", problem });
  }

  /**
   * @param {Run} run
   * @param {EndReason} reason
   */
  end(run, reason) {
    this.close();
    this.report({ id: run.id, phase: "ended", reason });
  }

  close() {
    const run = this.run;
    this.run = undefined;
    if (!run) return;
    clearTimeout(run.timeout);
    run.connection?.close();
    stop(run.camera);
    this.video.srcObject = null;
    // Shows the poster again.
    this.video.load();
    this.show("off");
  }

  leave() {
    this.listening.abort();
    this.close();
  }

  /** @param {"off" | "asking" | "connecting" | "on"} phase */
  show(phase) {
    this.button.textContent = {
      off: "Start the camera",
      asking: "Waiting for your camera… Stop",
      connecting: "Connecting… Stop",
      on: "Stop the camera",
    }[phase];
    this.button.className = phase === "off" ? "start" : "stop";
    // A second question for a camera would take the place of the first.
    this.cameras.disabled = phase === "asking";
  }
}

/**
 * @param {unknown} error
 */
function nameOf(error) {
  // Not every browser's OverconstrainedError is an Error.
  return /** @type {{ name?: string } | null} */ (error)?.name ?? String(error);
}

/**
 * @param {string} chosen The chosen camera's device id; empty for any.
 */
async function askForCamera(chosen) {
  if (!window.isSecureContext) throw new DOMException("", "InsecureContext");
  if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) {
    throw new DOMException("", "Unsupported");
  }
  const ask = (/** @type {MediaTrackConstraints} */ which) =>
    navigator.mediaDevices.getUserMedia({ video: { ...CONSTRAINTS, ...which }, audio: false });
  const any = { facingMode: "user" };
  if (!chosen) return ask(any);
  try {
    return await ask({ deviceId: { exact: chosen } });
  } catch (error) {
    if (!GONE.includes(nameOf(error))) throw error;
    return ask(any);
  }
}

/** @param {MediaStream | undefined} camera */
function stop(camera) {
  camera?.getTracks().forEach((track) => track.stop());
}

/**
 * Send a camera's pictures reduced, where they are larger than the server takes. Some cameras have no smaller ones.
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
 * @returns {Promise<void>}
 */
function gathered(connection) {
  return new Promise((resolve) => {
    const timeout = setTimeout(resolve, GATHERING_MILLISECONDS);
    const look = () => {
      if (connection.iceGatheringState !== "complete") return;
      clearTimeout(timeout);
      resolve();
    };
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });
}

/** @param {Component<WebcamData>} component */
export default function ({ data, parentElement, setStateValue }) {
  // The stream goes on from one run of the page to the next.
  const webcam = instanceIn(parentElement, () => new Webcam(parentElement, data));
  webcam.update(data, (stream) => setStateValue("stream", stream));
  return whenGone(webcam.video, () => webcam.leave());
}
