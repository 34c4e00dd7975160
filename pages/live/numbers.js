// The numbers beside the picture. They come from the page, and with the answers to frames: some times a second.

import { find, instanceIn, whenGone } from "../../components/ui/js/component.js";

/**
 * @import { Component } from "../../components/ui/js/component.js"
 *
 * @typedef {object} Face
 * @property {string} title
 * @property {Record<string, string>} values
 * @property {Record<string, number>} bars Percent.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} colour
 * @property {number[]} milliseconds For each of the latest frames.
 *
 * @typedef {object} Numbers
 * @property {{ kind: string, words: string, sentence: string }} state
 * @property {Record<string, string>} work
 * @property {Face[]} faces
 * @property {Step[]} times
 */

const NOTE = "Left is your own left. Turned and tilted: to your left is positive.";

// Milliseconds at the chart's top: the first that exceeds all frames, otherwise the last.
const CHART_TOPS = [20, 40, 80, 160];

// Milliseconds between changes of the chart: it takes the browser more time than all other numbers.
const CHART_EVERY = 1000;

/**
 * An element with some attributes and content.
 *
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} content
 */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/**
 * @param {string} kind
 * @param {Record<string, string>} values
 */
function valueGrid(kind, values) {
  const cells = Object.entries(values).map(([word, value]) =>
    element("div", {}, element("small", {}, word), element("b", {}, value))
  );
  return element("div", { class: kind }, ...cells);
}

/** @param {Face} face */
function faceNumbers({ title, values, bars }) {
  const meters = Object.entries(bars).flatMap(([word, percent]) => [
    element("span", {}, word),
    element(
      "div",
      {
        class: "live-track",
        role: "meter",
        "aria-label": title ? `${title}: ${word}` : word,
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-valuenow": String(percent),
      },
      element("div", { style: `width: ${percent}%` }),
    ),
  ]);
  const heading = title ? [element("strong", {}, title)] : [];
  return [...heading, valueGrid("live-face", values), element("div", { class: "live-bars" }, ...meters)];
}

/**
 * How long the latest frames took, as areas on top of each other: for each its outline, as CSS takes it.
 *
 * @param {Step[]} steps
 * @param {number} top Milliseconds at the upper edge.
 */
export function outlines(steps, top) {
  let below = steps[0].milliseconds.map(() => 0);
  return steps.map(({ milliseconds }) => {
    const above = below.map((base, index) => base + milliseconds[index]);
    const point = (/** @type {number} */ height, /** @type {number} */ index) => {
      const x = 100 * index / Math.max(above.length - 1, 1);
      return `${x.toFixed(1)}% ${(100 - 100 * height / top).toFixed(1)}%`;
    };
    const edges = [...above.map(point), ...below.map(point).reverse()];
    below = above;
    return `polygon(${edges.join(", ")})`;
  });
}

/**
 * The longest of the latest frames, and the milliseconds at the chart's top.
 *
 * @param {Step[]} steps
 */
export function chartScale(steps) {
  const totals = steps[0].milliseconds.map((_, index) =>
    steps.reduce((sum, { milliseconds }) => sum + milliseconds[index], 0)
  );
  const longest = Math.max(0, ...totals);
  return { longest, top: CHART_TOPS.find((top) => top >= longest) ?? CHART_TOPS[CHART_TOPS.length - 1] };
}

/** @param {Step[]} steps */
function timesChart(steps) {
  const { longest, top } = chartScale(steps);
  const shapes = steps[0].milliseconds.length ? outlines(steps, top) : [];
  const areas = shapes.map((shape, index) =>
    element("div", { style: `background: ${steps[index].colour}; clip-path: ${shape}` })
  );
  const legend = steps.map(({ name, colour }) =>
    element("span", {}, element("i", { style: `background: ${colour}` }), name)
  );
  const scale = [top, top / 2, 0].map((value) => element("span", {}, String(value)));
  const label = `Chart of frame times, up to ${Math.round(longest)} milliseconds`;
  return element(
    "div",
    {},
    element("small", {}, "Milliseconds on the server for each of the latest frames"),
    element(
      "div",
      { class: "live-times" },
      element("div", { class: "live-scale", "aria-hidden": "true" }, ...scale),
      element("div", { class: "live-areas", role: "img", "aria-label": label }, ...areas),
      element("div", { class: "live-legend" }, ...legend),
    ),
  );
}

/**
 * Make a node like another one. Only what differs changes: the browser draws nothing else anew, and what the visitor has
 * selected stays so. Both have the same attributes.
 *
 * @param {Node} shown
 * @param {Node} wanted
 */
function renew(shown, wanted) {
  if (shown.isEqualNode(wanted)) return;
  if (shown instanceof Element && wanted instanceof Element) {
    for (const { name, value } of wanted.attributes) shown.setAttribute(name, value);
  } else {
    shown.nodeValue = wanted.nodeValue;
  }
  const before = [...shown.childNodes];
  const after = [...wanted.childNodes];
  if (
    before.length === after.length && before.every((child, index) => child.nodeName === after[index].nodeName)
  ) {
    before.forEach((child, index) => renew(child, after[index]));
  } else {
    before.forEach((child) => shown.removeChild(child));
    after.forEach((child) => shown.appendChild(child));
  }
}

class NumberPanel {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.panel = find(root, ".live-numbers", HTMLElement);
    this.charted = -Infinity;
    /** @type {Step[]} */
    this.times = [];
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("visavis-numbers", (event) => {
      this.show(/** @type {CustomEvent<Numbers>} */ (event).detail);
    }, { signal });
  }

  /** @param {Numbers} numbers */
  show({ state, work, faces, times }) {
    const now = performance.now();
    if (now - this.charted >= CHART_EVERY) {
      this.times = times;
      this.charted = now;
    }
    const wanted = element(
      "div",
      { class: "live-numbers" },
      element("span", { class: `live-state ${state.kind}` }, state.words),
      element("p", {}, state.sentence),
      valueGrid("live-work", work),
      ...faces.flatMap(faceNumbers),
      element("p", {}, NOTE),
      timesChart(this.times),
    );
    renew(this.panel, wanted);
  }
}

/** @param {Component<Numbers>} component */
export default function ({ data, parentElement }) {
  const panel = instanceIn(parentElement, () => new NumberPanel(parentElement));
  panel.show(data);
  return whenGone(panel.panel, () => panel.listening.abort());
}
