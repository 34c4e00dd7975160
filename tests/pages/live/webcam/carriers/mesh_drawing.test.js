import assert from "node:assert/strict";
import { inPixels } from "../../../../../pages/live/webcam/carriers/mesh_drawing.js";

Deno.test("points are shares of the picture, whatever its size, and turned in a mirror", () => {
  const points = Int16Array.from([0, 0, 8192, 4096, -16384, 16384]);
  const size = { width: 640, height: 480 };
  assert.deepEqual([...inPixels(points, size, 16384, false)], [0, 0, 320, 120, -640, 480]);
  assert.deepEqual([...inPixels(points, size, 16384, true)], [640, 0, 320, 120, 1280, 480]);
});
