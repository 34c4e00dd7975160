// How a frame carrier's messages travel: over a WebSocket, or over the page's own connection.

import { openedSocket } from "./socket.js";

/**
 * @import { Ask } from "../webcam.js"
 */

export class SocketLink {
  /** @param {Ask} ask */
  constructor(ask) {
    this.ask = ask;
    this.mostUnderWay = Infinity;
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
  }

  /**
   * @param {(message: ArrayBuffer) => void} take
   * @param {() => void} lost
   */
  async open(take, lost) {
    const socket = openedSocket(await this.ask({}));
    this.socket = socket;
    socket.onmessage = ({ data }) => take(data);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onclose = () => {
        reject(new Error("the WebSocket is closed"));
        lost();
      };
    });
  }

  /** @param {ArrayBuffer} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(message);
  }

  close() {
    if (!this.socket) return;
    this.socket.onclose = null;
    this.socket.close();
  }
}

export class PageLink {
  /** @param {Ask} ask */
  constructor(ask) {
    this.ask = ask;
    // A second frame would take the first one's place before the page has taken it.
    this.mostUnderWay = 2;
    this.listening = new AbortController();
  }

  /** @param {(message: ArrayBuffer) => void} take */
  async open(take) {
    const { signal } = this.listening;
    document.addEventListener("visavis-answer", (event) => {
      const { detail } = /** @type {CustomEvent<Uint8Array<ArrayBuffer>>} */ (event);
      take(detail.slice().buffer);
    }, { signal });
    const { page } = await this.ask({});
    if (!page) throw new Error("the server takes no frames from the page");
  }

  /** @param {ArrayBuffer} message */
  send(message) {
    document.dispatchEvent(new CustomEvent("visavis-frame", { detail: inBase64(new Uint8Array(message)) }));
  }

  close() {
    this.listening.abort();
  }
}

/** @param {Uint8Array} bytes */
export function inBase64(bytes) {
  // A function takes only so many arguments.
  const parts = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return btoa(parts.join(""));
}
