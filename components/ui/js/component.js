// What the scripts of all components share.

/**
 * What Streamlit gives to a component's script at every run of the page.
 *
 * @template Data
 * @typedef {object} Component
 * @property {Data} data What Python sends.
 * @property {HTMLElement | ShadowRoot} parentElement The root of the component's own HTML.
 * @property {(name: string, value: unknown) => void} setStateValue Reports a value to Python.
 * @property {(name: string, value: unknown) => void} setTriggerValue Reports a value that holds for one run.
 */

/**
 * The object that lives as long as a component's element. The script runs at every run of the page.
 *
 * @template {object} Instance
 * @param {HTMLElement | ShadowRoot} root
 * @param {() => Instance} make Called at the component's first run.
 * @returns {Instance}
 */
export function instanceIn(root, make) {
  const holder = /** @type {{ visavis?: Instance }} */ (/** @type {unknown} */ (root));
  return holder.visavis ??= make();
}

/**
 * What a script returns to clean up. Streamlit calls it when the element is gone, but also for a run that a
 * newer one has overtaken, while the element stays.
 *
 * @param {Node} node A part of the component.
 * @param {() => void} leave
 * @returns {() => void}
 */
export function whenGone(node, leave) {
  return () => {
    if (!node.isConnected) leave();
  };
}

/**
 * An element of the component's own HTML.
 *
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`The component has no ${selector}`);
  return element;
}
