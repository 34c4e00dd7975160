// The page's address.

/**
 * Write a value into the address without adding a step to the browser's history; null removes it.
 *
 * @param {string} name
 * @param {string | null} value
 */
export function writeInAddress(name, value) {
  const address = new URL(document.location.href);
  if (address.searchParams.get(name) === value) return;
  if (value === null) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}
