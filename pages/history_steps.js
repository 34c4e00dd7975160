// Keeps the browser's history to one step for each page, so that Back leads to the page before, as it was left.
// Streamlit adds a step when the server changes the address: when a choice leaves the page, and when the visitor
// leaves a page, then without the choices that the address named.

import { instanceIn, whenGone } from "../components/ui/js/component.js";

/** @import { Component } from "../components/ui/js/component.js" */

// Streamlit writes the address without the page's choices this long before the next page's, in milliseconds.
const LEAVING = 1000;

/**
 * Change `history.pushState`; returns what puts it back.
 *
 * @param {Pick<History, "state" | "pushState" | "replaceState">} history
 * @param {Pick<Location, "href" | "pathname">} location
 * @param {() => number} now The time in milliseconds.
 * @returns {() => void}
 */
export function keepStepsToPages(history, location, now) {
  const push = history.pushState;
  let overwritten = { address: "", at: -Infinity };
  history.pushState = (state, unused, address) => {
    const next = new URL(address ?? location.href, location.href);
    if (next.pathname === location.pathname) {
      overwritten = { address: location.href, at: now() };
      history.replaceState(state, unused, next);
      return;
    }
    if (now() - overwritten.at < LEAVING) history.replaceState(history.state, unused, overwritten.address);
    push.call(history, state, unused, next);
  };
  return () => {
    history.pushState = push;
  };
}

/** @param {Component<null>} component */
export default function ({ parentElement }) {
  const steps = instanceIn(parentElement, () => ({
    leave: keepStepsToPages(globalThis.history, globalThis.location, () => performance.now()),
  }));
  return whenGone(parentElement, steps.leave);
}
