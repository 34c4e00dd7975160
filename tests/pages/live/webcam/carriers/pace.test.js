import assert from "node:assert/strict";
import { LEVELS, Pace } from "../../../../../pages/live/webcam/carriers/pace.js";

// Bytes of a frame at each level.
const BYTES = [3, 5, 7, 10, 14, 20, 28, 40].map((kilobytes) => 1000 * kilobytes);

/**
 * A camera of 30 frames a second, over a link that carries one frame after the other.
 *
 * @param {number} seconds
 * @param {{ roundTrip: number, bytesASecond: number, serverMs: number }} link
 */
function simulated(seconds, { roundTrip, bytesASecond, serverMs }) {
  const pace = new Pace(0);
  /** @type {{ sent: number, due: number }[]} */
  let pending = [];
  let linkFree = 0;
  let serverFree = 0;
  /** @type {{ at: number, trip: number }[]} */
  const answers = [];
  for (let now = 0; now < 1000 * seconds; now += 1000 / 30) {
    for (const { sent, due } of pending.filter(({ due }) => due <= now)) {
      answers.push({ at: due, trip: due - sent });
      pace.answered(due, due - sent, serverMs);
    }
    pending = pending.filter(({ due }) => due > now);
    if (pending.length >= pace.underWay) {
      pace.passOver();
      continue;
    }
    linkFree = Math.max(linkFree, now) + 1000 * BYTES[pace.level] / bytesASecond;
    serverFree = Math.max(serverFree, linkFree + roundTrip / 2) + serverMs;
    pending.push({ sent: now, due: serverFree + roundTrip / 2 });
  }
  const late = answers.filter(({ at }) => at > 500 * seconds);
  const trips = late.map(({ trip }) => trip).sort((a, b) => a - b);
  return {
    pace,
    rate: late.length / (seconds / 2),
    typical: trips[Math.floor(trips.length / 2)],
    longest: trips[trips.length - 1],
  };
}

Deno.test("a fast network gets every frame, as good as they can be", () => {
  const { pace, rate } = simulated(60, { roundTrip: 4, bytesASecond: 10_000_000, serverMs: 10 });
  assert.ok(rate > 29, String(rate));
  assert.equal(pace.level, LEVELS.length - 1);
  assert.ok(pace.underWay <= 2);
});

Deno.test("a distant server gets every frame too: more are under way", () => {
  const { pace, rate, longest } = simulated(60, { roundTrip: 150, bytesASecond: 10_000_000, serverMs: 10 });
  assert.ok(rate > 28, String(rate));
  assert.ok(pace.underWay >= 5);
  assert.ok(longest < 250, String(longest));
});

Deno.test("a slow uplink gets smaller frames, which do not wait", () => {
  const { pace, rate, typical, longest } = simulated(120, {
    roundTrip: 100,
    bytesASecond: 250_000,
    serverMs: 10,
  });
  assert.ok(rate > 15, String(rate));
  assert.ok(typical < 250, String(typical));
  assert.ok(longest < 450, String(longest));
  assert.ok(pace.level < 4);
});

Deno.test("a very slow uplink gives fewer frames, and no growing delay", () => {
  const { rate, longest } = simulated(120, { roundTrip: 100, bytesASecond: 20_000, serverMs: 10 });
  assert.ok(rate > 4, String(rate));
  assert.ok(longest < 900, String(longest));
});

Deno.test("a slow server gets fewer frames, but not worse ones", () => {
  const { pace, rate, longest } = simulated(60, { roundTrip: 4, bytesASecond: 10_000_000, serverMs: 90 });
  assert.ok(rate > 9, String(rate));
  assert.equal(pace.size.pixels, 640 * 480);
  assert.ok(longest < 400, String(longest));
});

Deno.test("a frame is given up after ten usual round trips, between one second and three", () => {
  const pace = new Pace(0);
  assert.equal(pace.lostAfter, 3000);
  pace.answered(0, 20, 10);
  assert.equal(pace.lostAfter, 1000);
  const slower = new Pace(0);
  slower.answered(0, 150, 10);
  assert.equal(slower.lostAfter, 1500);
  const slowest = new Pace(0);
  slowest.answered(0, 900, 10);
  assert.equal(slowest.lostAfter, 3000);
});

Deno.test("each frame that is given up leaves the next one more time, until one is answered", () => {
  const pace = new Pace(0);
  pace.answered(0, 60, 10);
  for (const lostAfter of [1000, 2000, 3000, 3000]) {
    assert.equal(pace.lostAfter, lostAfter);
    pace.gaveUp();
  }
  pace.answered(0, 60, 10);
  assert.equal(pace.lostAfter, 1000);
});
