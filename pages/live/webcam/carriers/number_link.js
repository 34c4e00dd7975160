// The numbers beside the picture, where frames travel over WebRTC: asked for over the WebSocket. Where there is none,
// the page sends them, with more work for the browser.

import { openedSocket } from "./socket.js";

/**
 * @import { ServerHalf } from "../webcam.js"
 */

// Milliseconds between an answer and the next question.
const ASK_EVERY = 150;

const QUESTION = new Uint8Array(1);

export class NumberLink {
  constructor() {
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
  }

  /** @param {ServerHalf} half */
  open(half) {
    const socket = openedSocket(half);
    this.socket = socket;
    socket.onopen = () => socket.send(QUESTION);
    socket.onmessage = ({ data }) => {
      const numbers = JSON.parse(new TextDecoder().decode(data));
      document.dispatchEvent(new CustomEvent("visavis-numbers", { detail: numbers }));
      setTimeout(() => this.ask(), ASK_EVERY);
    };
  }

  ask() {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(QUESTION);
  }

  close() {
    this.socket?.close();
  }
}
