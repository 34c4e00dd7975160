// The browser's end of the stream: asks for the camera, offers a connection, shows what comes back.
//
// It reports `stream`, each time whole: {id, phase, ...} with phase "refused" (problem: the browser's error),
// "offered" (sdp), "connected" or "ended" (reason: "stopped", "failed" or "lost"). It gets `data`: the
// poster, the connection's configuration, and the server's answer {id, sdp} to the offer with this id; an
// answer without sdp is a refusal.

// A way through a firewall may take seconds to be found; what is found later is not waited for.
const GATHERING_MILLISECONDS = 4000;
const CONNECTING_MILLISECONDS = 20000;

const CONSTRAINTS = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };

class Webcam {
  constructor(root) {
    this.video = root.querySelector("video");
    this.button = root.querySelector("button");
    this.cameras = root.querySelector("select");
    this.button.onclick = () => (this.camera ? this.end("stopped") : this.start());
    this.cameras.onchange = () => this.changeCamera();
    // A tab that is closed has no time to report; the server sees the connection close.
    window.addEventListener("pagehide", () => this.close());
    this.show("off");
  }

  update(data, report) {
    this.data = data;
    this.report = report;
    if (!this.video.poster) this.video.poster = data.poster;
    this.takeAnswer(data.answer);
  }

  async start() {
    this.id = crypto.randomUUID?.() ?? String(Math.random());
    this.show("asking");
    try {
      this.camera = await this.askForCamera();
    } catch (error) {
      this.show("off");
      this.report({ id: this.id, phase: "refused", problem: error.name });
      return;
    }
    this.show("connecting");
    await this.listCameras();
    // Stopped meanwhile?
    if (this.camera) await this.offer();
  }

  askForCamera() {
    if (!window.isSecureContext) throw new DOMException("", "InsecureContext");
    if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection)
      throw new DOMException("", "Unsupported");
    const chosen = this.cameras.value
      ? { deviceId: { exact: this.cameras.value } }
      : { facingMode: "user" };
    return navigator.mediaDevices.getUserMedia({ video: { ...CONSTRAINTS, ...chosen }, audio: false });
  }

  async listCameras() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter((device) => device.kind === "videoinput");
    const used = this.camera.getVideoTracks()[0].getSettings().deviceId;
    this.cameras.replaceChildren(
      ...cameras.map((camera) => new Option(camera.label, camera.deviceId, false, camera.deviceId === used)),
    );
    this.cameras.hidden = cameras.length < 2;
  }

  async changeCamera() {
    if (!this.connection) return;
    const before = this.camera;
    // Phones open one camera at a time.
    before.getTracks().forEach((track) => track.stop());
    try {
      this.camera = await this.askForCamera();
      await this.connection.getSenders()[0].replaceTrack(this.camera.getVideoTracks()[0]);
    } catch (error) {
      const id = this.id;
      this.close();
      this.report({ id, phase: "refused", problem: error.name });
    }
  }

  async offer() {
    const connection = (this.connection = new RTCPeerConnection(this.data.configuration));
    connection.ontrack = (event) => (this.video.srcObject = new MediaStream([event.track]));
    connection.onconnectionstatechange = () => this.followConnection(connection);
    this.camera.getTracks().forEach((track) => connection.addTrack(track, this.camera));
    await connection.setLocalDescription();
    await gathered(connection);
    // Stopped meanwhile?
    if (connection !== this.connection) return;
    this.timeout = setTimeout(() => this.end("failed"), CONNECTING_MILLISECONDS);
    this.report({ id: this.id, phase: "offered", sdp: connection.localDescription.sdp });
  }

  takeAnswer(answer) {
    if (!this.connection || answer?.id !== this.id || this.connection.signalingState !== "have-local-offer")
      return;
    // The server has told its reason on the page.
    if (!answer.sdp) this.close();
    else this.connection.setRemoteDescription({ type: "answer", sdp: answer.sdp }).catch(() => this.end("failed"));
  }

  followConnection(connection) {
    if (connection !== this.connection) return;
    if (connection.connectionState === "connected") {
      clearTimeout(this.timeout);
      this.wasConnected = true;
      this.show("on");
      this.report({ id: this.id, phase: "connected" });
    } else if (["failed", "closed"].includes(connection.connectionState)) {
      this.end(this.wasConnected ? "lost" : "failed");
    }
  }

  end(reason) {
    const id = this.id;
    this.close();
    this.report({ id, phase: "ended", reason });
  }

  close() {
    clearTimeout(this.timeout);
    this.connection?.close();
    this.camera?.getTracks().forEach((track) => track.stop());
    this.connection = this.camera = undefined;
    this.wasConnected = false;
    this.video.srcObject = null;
    // Shows the poster again.
    this.video.load();
    this.show("off");
  }

  show(phase) {
    this.button.textContent = {
      off: "Start the camera",
      asking: "Waiting for your camera…",
      connecting: "Connecting… Stop",
      on: "Stop the camera",
    }[phase];
    this.button.className = phase === "off" ? "start" : "stop";
    this.button.disabled = phase === "asking";
  }
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
    if (!webcam.video.isConnected) webcam.close();
  };
}
