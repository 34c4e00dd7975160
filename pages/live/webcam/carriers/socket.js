// The server's WebSocket for a stream.

/**
 * @import { ServerHalf } from "../webcam.js"
 */

const PROTOCOL = "visavis-frames";

/** @param {ServerHalf} half */
export function openedSocket({ path, token }) {
  if (!path || !token) throw new Error("the server has no place for a WebSocket");
  // Beside the page, so that it is found behind a proxy with a path of its own.
  const url = new URL(path, document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url, [PROTOCOL, token]);
  socket.binaryType = "arraybuffer";
  return socket;
}
