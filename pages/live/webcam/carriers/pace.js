// How many frames are under way, how large they are and how good: as much as the network takes without delay.
//
// The number under way follows TCP Vegas (Brakmo and Peterson, 1995): the round trip of a lone frame tells how many
// frames the way itself holds, and what exceeds that only waits somewhere. Where the way is too narrow for enough
// frames a second, they become smaller.

/**
 * @typedef {object} Level
 * @property {number} pixels At most, of a picture.
 * @property {number} quality Of its JPEG file, 0 to 1.
 */

/** @type {Level[]} From the smallest: about 3, 5, 7, 10, 14, 20, 28 and 40 kilobytes. */
export const LEVELS = [
  { pixels: 160 * 120, quality: 0.5 },
  { pixels: 240 * 180, quality: 0.5 },
  { pixels: 320 * 240, quality: 0.5 },
  { pixels: 400 * 300, quality: 0.5 },
  { pixels: 480 * 360, quality: 0.55 },
  { pixels: 640 * 480, quality: 0.5 },
  { pixels: 640 * 480, quality: 0.65 },
  { pixels: 640 * 480, quality: 0.8 },
];

const FIRST_LEVEL = 5;
const MOST_UNDER_WAY = 6;

// Frames that may wait somewhere, in Vegas' terms: below the first there may be one more, above the second one fewer.
const FEWEST_WAITING = 0.5;
const MOST_WAITING = 1.2;

// A frame is given up when its answer takes so many usual round trips, within these bounds in milliseconds. After each,
// the next one gets twice as long, since the way may have become slower.
const LOST_TRIPS = 10;
const LEAST_LOST = 1000;
const MOST_LOST = 3000;

// Milliseconds between decisions about the level.
const DECIDE_EVERY = 1000;

// Frames a second below which they become smaller, and from which they may become larger again.
const FEW_FRAMES = 20;
const ENOUGH_FRAMES = 27;

// Milliseconds of a round trip, without the server's own time, from which the network is to blame.
const SLOW_TRIP = 50;

// Decisions that must agree before frames become larger again; doubled each time that this was wrong.
const AGREEING = 3;
const MOST_AGREEING = 60;

export class Pace {
  /** @param {number} now Milliseconds. */
  constructor(now) {
    this.level = FIRST_LEVEL;
    this.underWay = 2;
    this.trip = 0;
    this.lost = 0;
    this.patience = AGREEING;
    this.calm = 0;
    this.raised = false;
    this.decided = now;
    this.answers = 0;
    this.passedOver = 0;
    this.network = 0;
    this.least = Infinity;
    this.seen = 0;
  }

  /** @param {number} now */
  begin(now) {
    this.decided = now;
    this.answers = 0;
    this.passedOver = 0;
    this.network = 0;
  }

  forgetTrips() {
    this.least = Infinity;
    this.seen = 0;
  }

  get size() {
    return LEVELS[this.level];
  }

  // Milliseconds after which a frame without an answer is given up.
  get lostAfter() {
    if (!this.trip) return MOST_LOST;
    return Math.min(Math.max(LOST_TRIPS * this.trip, LEAST_LOST) * 2 ** this.lost, MOST_LOST);
  }

  gaveUp() {
    this.lost += 1;
  }

  // A picture came while enough frames were under way.
  passOver() {
    this.passedOver += 1;
  }

  /**
   * @param {number} now Milliseconds.
   * @param {number} trip Milliseconds from the picture to its answer.
   * @param {number} served How many of them the server worked.
   */
  answered(now, trip, served) {
    this.answers += 1;
    this.lost = 0;
    this.trip = this.trip ? 0.8 * this.trip + 0.2 * trip : trip;
    // While the server works on one frame, the others wait for it.
    const network = trip - this.underWay * served;
    this.network = this.network ? 0.8 * this.network + 0.2 * network : network;
    this.least = Math.min(this.least, trip);
    this.seen += 1;
    const waiting = this.underWay * (1 - this.least / this.trip);
    // As many answers as are under way show what the last change has done.
    if (this.seen > this.underWay) {
      if (waiting > MOST_WAITING && this.underWay > 1) this.underWay -= 1;
      else if (waiting < FEWEST_WAITING && this.passedOver && this.underWay < MOST_UNDER_WAY) {
        this.underWay += 1;
      }
      this.seen = 0;
    }
    if (now - this.decided >= DECIDE_EVERY) this.decide(now);
  }

  /** @param {number} now */
  decide(now) {
    const rate = 1000 * this.answers / (now - this.decided);
    const narrow = this.passedOver > 0 && rate < FEW_FRAMES && this.network > SLOW_TRIP;
    if (narrow) {
      if (this.raised) this.patience = Math.min(2 * this.patience, MOST_AGREEING);
      this.change(Math.max(this.level - 1, 0));
    } else if (this.network < SLOW_TRIP || (rate >= ENOUGH_FRAMES && !this.passedOver)) {
      this.calm += 1;
      if (this.calm >= this.patience && this.level < LEVELS.length - 1) {
        this.change(this.level + 1);
        this.raised = true;
      }
    }
    this.begin(now);
  }

  /** @param {number} level */
  change(level) {
    // Frames of another size take another time.
    if (level !== this.level) this.forgetTrips();
    this.level = level;
    this.calm = 0;
    this.raised = false;
  }
}
