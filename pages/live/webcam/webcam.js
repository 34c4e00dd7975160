// The browser's end of the stream: asks for the camera, shows its picture, and finds a way to the server for it.
//
// It reports `stream`, each time whole, and `capture`.

import { find, instanceIn, whenGone } from "../../../components/ui/js/component.js";
import { FrameCarrier } from "./carriers/frame_carrier.js";
import { PageLink, SocketLink } from "./carriers/links.js";
import { View } from "./carriers/view.js";
import { WebRtcCarrier } from "./carriers/webrtc_carrier.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { Style } from "./carriers/mesh_drawing.js"
 *
 * @typedef {object} WebcamData
 * @property {string} poster Shown while there is no picture, as an address that holds it.
 * @property {RTCConfiguration} configuration
 * @property {ServerHalf | null} answer
 * @property {Way | "automatic"} way The one to try first.
 * @property {string | null} full Why no stream can be started now.
 * @property {boolean} mirrored
 * @property {Style} style
 * @property {{ bytes: number, pixels: number }} limits Of a frame.
 * @property {number} recordingSeconds How long a recording may be.
 * @property {boolean} isRecording
 *
 * @typedef {"webrtc" | "websocket" | "page"} Way
 *
 * The server's half of a connection, by the id with which the browser asked for it. When it is over, the page says why.
 * @typedef {{ id: string, sdp?: string, path?: string, token?: string, page?: boolean, over?: boolean }} ServerHalf
 *
 * @typedef {{ id: string, resolve: (half: ServerHalf) => void, reject: (error: Error) => void }} Question
 *
 * Asks the server for its half of a connection.
 * @typedef {(details: { sdp?: string }) => Promise<ServerHalf>} Ask
 *
 * The problem is the name of the browser's error, or "CameraLost". It is asked again by itself after a loss.
 * @typedef {{ id: string, phase: "refused", problem: string }
 *   | { id: string, phase: "asked", way: Way, again: boolean, sdp?: string }
 *   | { id: string, phase: "connected" }
 *   | { id: string, phase: "ended", reason: EndReason }} StreamReport
 *
 * @typedef {"stopped" | "failed" | "lost"} EndReason
 *
 * @typedef {"off" | "asking" | "connecting" | "on"} Phase
 *
 * A carrier resolves `open` when the visitor sees the first mesh. `read` tells how old the picture is, in milliseconds
 * where that is known, and how many pictures were shown since the last call.
 * @typedef {object} Carrier
 * @property {() => Promise<void>} open
 * @property {() => void} close
 * @property {() => void} lost Called when the connection is lost.
 * @property {(track: MediaStreamTrack) => Promise<void>} changeCamera
 * @property {() => { age: number | undefined, shown: number }} read
 *
 * One start of the camera, to its end.
 * @typedef {object} Run
 * @property {string} id
 * @property {object} [opening] The latest attempt to open a camera.
 * @property {MediaStream} [camera]
 * @property {Carrier} [carrier]
 * @property {Way} [way] The one that worked last.
 */

/** @type {Record<Way, string>} */
const NAMES = { webrtc: "WebRTC", websocket: "WebSocket", page: "Page" };

/** @type {Way[]} */
const WAYS = ["webrtc", "websocket", "page"];

// Milliseconds until the next way is tried.
/** @type {Record<Way, number>} */
const PATIENCE = { webrtc: 4000, websocket: 3000, page: 6000 };
const PATIENCE_IF_CHOSEN = 20_000;
// A server with little time of a processor loads the mesh slowly.
/** @type {Record<Way, number>} */
const SECOND_PATIENCE = { webrtc: 4000, websocket: 30_000, page: 12_000 };

// Milliseconds between attempts to find a lost connection again. A server that starts again takes the longest.
const PAUSES = [0, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000];

// Milliseconds between updates of the line that tells the picture's age.
const STATUS_EVERY = 500;

const CONSTRAINTS = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

// What the browser says where a chosen camera is no longer there.
const GONE = ["OverconstrainedError", "NotFoundError"];

// The server has ended the stream, and the page says why.
class OverError extends Error {}

class Webcam {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {WebcamData} data
   */
  constructor(root, data) {
    this.view = new View(root, data);
    this.status = find(root, ".status", HTMLElement);
    this.button = find(root, ".main", HTMLButtonElement);
    this.snapshot = find(root, ".snapshot", HTMLButtonElement);
    this.record = find(root, ".record", HTMLButtonElement);
    this.fullScreen = find(root, ".full-screen", HTMLButtonElement);
    this.cameras = find(root, "select", HTMLSelectElement);
    /** @type {(report: StreamReport) => void} */
    this.report = () => {};
    /** @type {(what: "snapshot" | "record" | "stop") => void} */
    this.capture = () => {};
    /** @type {Run | undefined} */
    this.run = undefined;
    /** @type {Question | undefined} The latest one, until it is answered. */
    this.asked = undefined;
    // Whether the server has started again since the last attempt to find it.
    this.isServerNew = false;
    this.endPause = () => {};
    this.recordingSince = 0;
    /** @type {Phase} */
    this.phase = "off";
    this.button.onclick = () => (this.run ? this.end(this.run, "stopped") : this.start());
    this.snapshot.onclick = () => this.capture("snapshot");
    this.record.onclick = () => this.capture(this.view.data.isRecording ? "stop" : "record");
    this.fullScreen.hidden = !document.fullscreenEnabled;
    this.fullScreen.onclick = () => this.view.stage.requestFullscreen();
    this.cameras.onchange = () => this.changeCamera();
    this.listening = new AbortController();
    // A tab that is closed has no time to report; the server sees the connection close.
    window.addEventListener("pagehide", () => this.close(), { signal: this.listening.signal });
    this.ticking = setInterval(() => this.tick(), STATUS_EVERY);
    this.read = performance.now();
    this.show("off");
  }

  /**
   * @param {WebcamData} data
   * @param {(report: StreamReport) => void} report
   * @param {(what: "snapshot" | "record" | "stop") => void} capture
   */
  update(data, report, capture) {
    const before = this.view.data;
    if (data.isRecording && !before.isRecording) this.recordingSince = performance.now();
    this.view.update(data);
    this.report = report;
    this.capture = capture;
    // The same answer comes with every run of the page.
    if (data.answer && data.answer.id === this.asked?.id) {
      this.asked.resolve(data.answer);
      this.asked = undefined;
    }
    if (before.answer && !data.answer) this.noticeNewServer();
    this.show(this.phase);
    if (data.way !== before.way && this.run && this.phase === "on") void this.changeWay(this.run);
  }

  // When the browser answers after this run has ended, the answer is no longer wanted.
  async start() {
    /** @type {Run} */
    const run = { id: newId() };
    this.run = run;
    this.show("asking");
    const track = await this.openCamera(run);
    if (!track) return;
    this.show("connecting");
    await this.listCameras(run, track);
    const found = await this.connectFirst(run);
    if (!found && run === this.run) this.end(run, "failed");
  }

  /**
   * Find a way for the first time, if need be with more patience.
   *
   * @param {Run} run
   */
  async connectFirst(run) {
    const ways = this.ways(run);
    if (await this.connect(run, ways, false)) return true;
    const others = ways.filter((way) => way !== "webrtc");
    return this.connect(run, others, false, SECOND_PATIENCE);
  }

  /**
   * Find a way for the pictures; whether there is one. The camera's own picture stays in view meanwhile.
   *
   * @param {Run} run
   * @param {Way[]} ways
   * @param {boolean} again Whether this comes after a loss, and not from the visitor.
   * @param {Record<Way, number>} patience
   */
  async connect(run, ways, again, patience = PATIENCE) {
    for (const way of ways) {
      if (run !== this.run) return false;
      const patient = this.view.data.way === way;
      const carrier = this.carrierFor(way, (details) => this.ask(way, again, details), patient);
      run.carrier = carrier;
      this.tell(`Connecting over ${NAMES[way]}…`);
      try {
        await within(carrier.open(), patient && way === "webrtc" ? PATIENCE_IF_CHOSEN : patience[way]);
      } catch (error) {
        carrier.close();
        if (run !== this.run) return false;
        if (error instanceof OverError) {
          this.close();
          return false;
        }
        console.warn(`No connection over ${NAMES[way]}`, error);
        // The page itself has lost its connection, without which the server cannot be asked for any other.
        if (again && this.asked) return false;
        continue;
      }
      if (run !== this.run) {
        carrier.close();
        return false;
      }
      run.way = way;
      if (!(carrier instanceof WebRtcCarrier)) this.view.reveal("drawn");
      carrier.lost = () => void this.recover(run, carrier);
      this.report({ id: run.id, phase: "connected" });
      this.show("on");
      return true;
    }
    return false;
  }

  /**
   * In the order in which they are tried.
   *
   * @param {Run} run
   */
  ways(run) {
    const { way } = this.view.data;
    const first = run.way ?? (way === "automatic" ? undefined : way);
    const possible = WAYS.filter((each) => each !== "webrtc" || window.RTCPeerConnection !== undefined);
    return possible.sort((a, b) => Number(b === first) - Number(a === first));
  }

  /**
   * @param {Way} way
   * @param {Ask} ask
   * @param {boolean} patient
   * @returns {Carrier}
   */
  carrierFor(way, ask, patient) {
    if (way === "webrtc") return new WebRtcCarrier(this.view, ask, patient);
    return new FrameCarrier(this.view, way === "websocket" ? new SocketLink(ask) : new PageLink(ask));
  }

  /**
   * @param {Way} way
   * @param {boolean} again
   * @param {{ sdp?: string }} details
   * @returns {Promise<ServerHalf>}
   */
  async ask(way, again, details) {
    const id = newId();
    /** @type {Promise<ServerHalf>} */
    const answered = new Promise((resolve, reject) => (this.asked = { id, resolve, reject }));
    this.report({ id, phase: "asked", way, again, ...details });
    const half = await answered;
    if (half.over) throw new OverError("the server has ended the stream");
    return half;
  }

  /**
   * Begin anew with the way that the visitor has chosen, while the camera stays on.
   *
   * @param {Run} run
   */
  async changeWay(run) {
    run.way = undefined;
    run.carrier?.close();
    this.view.reveal("own");
    this.show("connecting");
    const found = await this.connect(run, this.ways(run), false);
    if (!found && run === this.run) this.end(run, "failed");
  }

  /**
   * Find a lost connection again, by itself.
   *
   * @param {Run} run
   * @param {Carrier} carrier The one that has lost it.
   */
  async recover(run, carrier) {
    if (run !== this.run || carrier !== run.carrier) return;
    carrier.close();
    this.view.reveal("own");
    this.show("connecting");
    for (const [attempt, pause] of PAUSES.entries()) {
      this.tell("The connection was lost. Looking for it again…");
      if (!this.isServerNew) await this.pause(pause);
      this.isServerNew = false;
      await visible();
      if (run !== this.run) return;
      const ways = this.ways(run);
      // The way that worked is the likeliest; at times the others, as after a change of network.
      const found = await this.connect(run, attempt % 2 ? ways : ways.slice(0, 1), true);
      if (found || run !== this.run) return;
    }
    this.end(run, "lost");
  }

  /** @param {number} milliseconds */
  pause(milliseconds) {
    return new Promise((resolve) => {
      this.endPause = () => resolve(undefined);
      setTimeout(resolve, milliseconds);
    });
  }

  // It knows nothing of what the one before was asked.
  noticeNewServer() {
    this.isServerNew = true;
    this.endPause();
    this.asked?.reject(new Error("the server has started again"));
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
    this.view.showCamera(camera);
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
    if (track) await run.carrier?.changeCamera(track);
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
    run.carrier?.close();
    stop(run.camera);
    this.view.showPoster();
    this.show("off");
  }

  leave() {
    clearInterval(this.ticking);
    this.listening.abort();
    this.close();
  }

  // Renews the line below the picture.
  tick() {
    const now = performance.now();
    const seconds = (now - this.read) / 1000;
    this.read = now;
    const { run } = this;
    if (this.phase !== "on" || !run?.way || !run.carrier) return;
    const { age, shown } = run.carrier.read();
    const known = age === undefined ? [] : [`picture ${Math.round(age)} ms old`];
    this.tell([NAMES[run.way], ...known, `${Math.round(shown / seconds)} pictures a second`].join(" · "));
    this.showRecording();
  }

  /** @param {string} text */
  tell(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  showRecording() {
    const { isRecording, recordingSeconds } = this.view.data;
    const seconds = Math.min(Math.floor((performance.now() - this.recordingSince) / 1000), recordingSeconds);
    this.record.textContent = isRecording ? `Stop recording (${seconds} s)` : "Record";
    this.record.classList.toggle("recording", isRecording);
  }

  /** @param {Phase} phase */
  show(phase) {
    this.phase = phase;
    const { full } = this.view.data;
    this.button.textContent = {
      off: "Start the camera",
      asking: "Waiting for your camera… Stop",
      connecting: "Connecting… Stop",
      on: "Stop the camera",
    }[phase];
    this.button.className = phase === "off" ? "main start" : "main stop";
    this.button.disabled = phase === "off" && full !== null;
    if (phase === "off") this.tell(full ?? "");
    if (phase === "asking") this.tell("Your browser asks whether this page may use the camera.");
    for (const button of [this.snapshot, this.record, this.fullScreen]) button.disabled = phase !== "on";
    // A second question for a camera would take the place of the first.
    this.cameras.disabled = phase === "asking";
    this.showRecording();
  }
}

function newId() {
  return String(Math.random());
}

/**
 * What a promise gives, or an error when that takes longer.
 *
 * @template Value
 * @param {Promise<Value>} promise
 * @param {number} milliseconds
 * @returns {Promise<Value>}
 */
function within(promise, milliseconds) {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error(`not within ${milliseconds} ms`)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timeout));
  });
}

// Resolves when the page is in view.
/** @returns {Promise<void>} */
function visible() {
  return new Promise((resolve) => {
    if (!document.hidden) return resolve();
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}

/** @param {unknown} error */
function nameOf(error) {
  // Not every browser's OverconstrainedError is an Error.
  return /** @type {{ name?: string } | null} */ (error)?.name ?? String(error);
}

/** @param {string} chosen The chosen camera's device id; empty for any. */
async function askForCamera(chosen) {
  if (!window.isSecureContext) throw new DOMException("", "InsecureContext");
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "Unsupported");
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

/** @param {Component<WebcamData>} component */
export default function ({ data, parentElement, setStateValue }) {
  // The stream goes on from one run of the page to the next.
  const webcam = instanceIn(parentElement, () => new Webcam(parentElement, data));
  webcam.update(
    data,
    (stream) => setStateValue("stream", stream),
    (what) => setStateValue("capture", { id: newId(), what }),
  );
  return whenGone(webcam.view.stage, () => webcam.leave());
}
