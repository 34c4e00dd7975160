// The browser's end of the stream: asks for the camera, offers a connection, shows what comes back.
//
// It reports `stream`, each time whole: {id, phase, ...} with phase "refused" (problem: the browser's error, or
// "CameraLost"), "offered" (sdp), "connected" or "ended" (reason: "stopped", "failed" or "lost"). It gets
// `data`: the poster, the connection's configuration, and the server's answer {id, sdp} to the offer with this
// id; an answer without sdp is a refusal.

// A way through a firewall may take seconds to be found; what is found later is not waited for.
const GATHERING_MILLISECONDS = 4000;
const CONNECTING_MILLISECONDS = 20000;

// A second of 640x480 in motion.
const START_KILOBITS = 1500;

const CONSTRAINTS = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };

// What the browser says where a chosen camera is no longer there.
const GONE = ["OverconstrainedError", "NotFoundError"];

class Webcam {
  constructor(root) {
    this.video = root.querySelector("video");
    this.button = root.querySelector("button");
    this.cameras = root.querySelector("select");
    this.button.onclick = () => (this.run ? this.end("stopped") : this.start());
    this.cameras.onchange = () => this.changeCamera();
    this.listening = new AbortController();
    // A tab that is closed has no time to report; the server sees the connection close.
    window.addEventListener("pagehide", () => this.close(), { signal: this.listening.signal });
    this.show("off");
  }

  update(data, report) {
    this.data = data;
    this.report = report;
    if (!this.video.poster) this.video.poster = data.poster;
    this.takeAnswer(data.answer);
  }

  // `run` is this start's own; when the browser answers after it has ended, the answer is not wanted any more.
  async start() {
    const run = (this.run = { id: String(Math.random()) });
    this.show("asking");
    if (!(await this.openCamera(run))) return;
    this.show("connecting");
    run.timeout = setTimeout(() => this.end("failed"), CONNECTING_MILLISECONDS);
    try {
      await this.listCameras(run);
      await this.offer(run);
    } catch (error) {
      console.warn("No connection could be offered", error);
      if (run === this.run) this.end("failed");
    }
  }

  // Whether there is one, and it is still wanted; a refusal is reported.
  async openCamera(run) {
    const opening = (run.opening = {});
    let camera;
    try {
      camera = await askForCamera(this.cameras.value);
    } catch (error) {
      if (run === this.run && opening === run.opening) this.refuse(error.name);
      return false;
    }
    if (run !== this.run || opening !== run.opening) {
      stop(camera);
      return false;
    }
    stop(run.camera);
    run.camera = camera;
    // Unplugged, or the permission was withdrawn.
    camera.getVideoTracks()[0].onended = () => camera === this.run?.camera && this.refuse("CameraLost");
    return true;
  }

  async listCameras(run) {
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (run !== this.run) return;
    const cameras = devices.filter((device) => device.kind === "videoinput");
    const used = run.camera.getVideoTracks()[0].getSettings().deviceId;
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
    if (await this.openCamera(run)) await run.sender?.replaceTrack(run.camera.getVideoTracks()[0]);
  }

  async offer(run) {
    if (run !== this.run) return;
    const connection = (run.connection = new RTCPeerConnection(this.data.configuration));
    connection.ontrack = (event) => (this.video.srcObject = new MediaStream([event.track]));
    connection.onconnectionstatechange = () => run === this.run && this.followConnection(run);
    run.sender = connection.addTrack(run.camera.getVideoTracks()[0], run.camera);
    await connection.setLocalDescription();
    await gathered(connection);
    if (run === this.run) this.report({ id: run.id, phase: "offered", sdp: connection.localDescription.sdp });
  }

  takeAnswer(answer) {
    const run = this.run;
    // The same answer comes with every run of the page.
    if (!run?.connection || answer?.id !== run.id || run.answered) return;
    run.answered = true;
    // Without one, the server tells its reason on the page.
    if (!answer.sdp) this.close();
    else
      run.connection
        .setRemoteDescription({ type: "answer", sdp: startingFast(answer.sdp) })
        .catch(() => run === this.run && this.end("failed"));
  }

  followConnection(run) {
    const state = run.connection.connectionState;
    if (state === "connected") {
      clearTimeout(run.timeout);
      run.connected = true;
      this.show("on");
      this.report({ id: run.id, phase: "connected" });
    } else if (state === "failed" || state === "closed") {
      this.end(run.connected ? "lost" : "failed");
    }
  }

  refuse(problem) {
    const { id } = this.run;
    this.close();
    this.report({ id, phase: "refused", problem });
  }

  end(reason) {
    const { id } = this.run;
    this.close();
    this.report({ id, phase: "ended", reason });
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

  show(phase) {
    this.button.textContent = {
      off: "Start the camera",
      asking: "Waiting for your camera… Stop",
      connecting: "Connecting… Stop",
      on: "Stop the camera",
    }[phase];
    this.button.className = phase === "off" ? "start" : "stop";
  }
}

async function askForCamera(chosen) {
  if (!window.isSecureContext) throw new DOMException("", "InsecureContext");
  if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection)
    throw new DOMException("", "Unsupported");
  const ask = (which) => navigator.mediaDevices.getUserMedia({ video: { ...CONSTRAINTS, ...which }, audio: false });
  const any = { facingMode: "user" };
  if (!chosen) return ask(any);
  try {
    return await ask({ deviceId: { exact: chosen } });
  } catch (error) {
    if (!GONE.includes(error.name)) throw error;
    return ask(any);
  }
}

function stop(camera) {
  camera?.getTracks().forEach((track) => track.stop());
}

// Chromium begins with so few bits that a moving picture is coarse for half a minute; other browsers pass over this.
function startingFast(sdp) {
  return sdp.replace(/a=rtpmap:(\d+) VP8\/90000\r\n/g, `$&a=fmtp:$1 x-google-start-bitrate=${START_KILOBITS}\r\n`);
}

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

export default function ({ data, parentElement, setStateValue }) {
  // Called at every run of the page; the stream goes on from one to the next.
  const webcam = (parentElement.webcam ??= new Webcam(parentElement));
  webcam.update(data, (stream) => setStateValue("stream", stream));
  // Also called for a run that a newer one has overtaken, while the picture stays on the page.
  return () => {
    if (!webcam.video.isConnected) webcam.leave();
  };
}
