// Draws meshes over the frame in which they were found, as `components/mesh/overlay.py` and `hud.py` do on the server.

/**
 * @import { Answer } from "./answer.js"
 *
 * @typedef {object} Style
 * @property {number[][]} net Lines as indices of points.
 * @property {number[][]} contours
 * @property {[number, number[]][]} irises For each its centre, and the points around it.
 * @property {boolean} numbered Whether faces have numbers.
 * @property {number} netOpacity
 * @property {number} pointScale
 * @property {{ net: string, outline: string, line: string, iris: string, detector: string, tracker: string }} colours
 */

// Sizes are for a picture of this many pixels, and grow with it.
const USUAL_SIDE = 800;
const HUD_HEIGHT = 480;
const HUD_WIDTH = 360;

/**
 * The points of a face in pixels of the picture that is shown.
 *
 * @param {Int16Array} points
 * @param {{ width: number, height: number }} size
 * @param {number} scale
 * @param {boolean} mirrored
 */
export function inPixels(points, { width, height }, scale, mirrored) {
  const pixels = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at] / scale * width;
    pixels[at] = mirrored ? width - x : x;
    pixels[at + 1] = points[at + 1] / scale * height;
  }
  return pixels;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {CanvasImageSource} picture
 * @param {Answer} answer
 * @param {Style} style
 * @param {boolean} mirrored
 */
export function drawFrame(context, picture, answer, style, mirrored) {
  const { width, height } = context.canvas;
  context.save();
  if (mirrored) context.setTransform(-1, 0, 0, 1, width, 0);
  context.drawImage(picture, 0, 0, width, height);
  context.restore();
  const line = Math.max(1, Math.round(Math.max(width, height) / USUAL_SIDE));
  const faces = answer.faces.map((points) => inPixels(points, context.canvas, style.pointScale, mirrored));
  for (const face of faces) drawFace(context, face, style, line);
  if (style.numbered) faces.forEach((face, index) => drawNumber(context, face, index + 1, style));
  if (answer.head.lines.length) drawLines(context, answer, style);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} face
 * @param {Style} style
 * @param {number} line Pixels.
 */
function drawFace(context, face, { net, contours, irises, netOpacity, colours }, line) {
  context.lineJoin = "round";
  if (net.length) {
    context.globalAlpha = netOpacity;
    stroke(context, trails(face, net), colours.net, line);
    context.globalAlpha = 1;
  }
  if (contours.length) {
    const path = trails(face, contours);
    stroke(context, path, colours.outline, line + 2);
    stroke(context, path, colours.line, line);
  }
  for (const [centre, around] of irises) {
    const [x, y] = [face[2 * centre], face[2 * centre + 1]];
    const distances = around.map((point) => Math.hypot(face[2 * point] - x, face[2 * point + 1] - y));
    const radius = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
    const circle = new Path2D();
    circle.arc(x, y, radius, 0, 2 * Math.PI);
    stroke(context, circle, colours.outline, line + 2);
    stroke(context, circle, colours.iris, line);
  }
}

/**
 * @param {Float32Array} face
 * @param {number[][]} lines
 */
function trails(face, lines) {
  const path = new Path2D();
  for (const points of lines) {
    path.moveTo(face[2 * points[0]], face[2 * points[0] + 1]);
    for (const point of points) path.lineTo(face[2 * point], face[2 * point + 1]);
  }
  return path;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {string} colour
 * @param {number} width
 */
function stroke(context, path, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} face
 * @param {number} number
 * @param {Style} style
 */
function drawNumber(context, face, number, { colours }) {
  const size = Math.max(context.canvas.width, context.canvas.height) / USUAL_SIDE;
  const xs = face.filter((_, at) => at % 2 === 0);
  const ys = face.filter((_, at) => at % 2 === 1);
  const x = (Math.min(...xs) + Math.max(...xs)) / 2;
  const y = Math.max(Math.min(...ys) - 8 * size, 24 * size);
  context.font = `bold ${24 * size}px sans-serif`;
  context.textAlign = "center";
  context.lineWidth = 4 * size;
  context.strokeStyle = colours.outline;
  context.strokeText(String(number), x, y);
  context.fillStyle = colours.line;
  context.fillText(String(number), x, y);
  context.textAlign = "start";
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Answer} answer
 * @param {Style} style
 */
function drawLines(context, { head }, { colours }) {
  const { width, height } = context.canvas;
  const scale = Math.max(Math.min(height / HUD_HEIGHT, width / HUD_WIDTH), 0.5);
  const left = 8 * scale;
  const lineHeight = 18 * scale;
  context.fillStyle = "#000c";
  context.fillRect(0, 0, HUD_WIDTH * scale, head.lines.length * lineHeight + left);
  context.font = `${13 * scale}px sans-serif`;
  context.fillStyle = "#fff";
  head.lines.forEach((text, index) => {
    const indent = index === head.lines.length - 1 ? 2 * left : 0;
    context.fillText(text, left + indent, (index + 1) * lineHeight - 3 * scale);
  });
  context.beginPath();
  context.arc(left + 5 * scale, head.lines.length * lineHeight - 7 * scale, 5 * scale, 0, 2 * Math.PI);
  context.fillStyle = head.detectorRan ? colours.detector : colours.tracker;
  context.fill();
}
