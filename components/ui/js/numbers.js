// Numbers and keys.

/**
 * The value, or the bound that it exceeds.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/**
 * The direction of an arrow key, as steps to the right and down; undefined for other keys.
 *
 * @param {string} key
 * @returns {[number, number] | undefined}
 */
export function arrowDirection(key) {
  switch (key) {
    case "ArrowLeft":
      return [-1, 0];
    case "ArrowRight":
      return [1, 0];
    case "ArrowUp":
      return [0, -1];
    case "ArrowDown":
      return [0, 1];
    default:
      return undefined;
  }
}
