// Says in the app's words that the server does not answer. Streamlit's own notice tells visitors to run a script, or
// that "Streamlit server is not responding".

import { instanceIn, whenGone } from "../components/ui/js/component.js";

/**
 * @import { Component } from "../components/ui/js/component.js"
 *
 * @typedef {object} NoticeData
 * @property {string} notice The selector of Streamlit's notice, as long as it is shown.
 * @property {string} title The notice's title when there is no connection.
 * @property {string} command The selector of the command that it recommends.
 * @property {string} words What is said instead.
 */

// Streamlit's hint about this status is meant for whoever sets up the server, and stays.
const FORBIDDEN = /\b403\b/;

/**
 * Put other words in the notice. Texts are changed and elements hidden, but none is taken away, since Streamlit
 * removes them later.
 *
 * @param {NoticeData} data
 */
function reword({ notice, title, command, words }) {
  const heading = document.querySelector(`${notice} h2`);
  const body = heading?.nextElementSibling;
  if (heading?.textContent !== title || !body || FORBIDDEN.test(body.textContent)) return;
  const text = document.createTreeWalker(body, NodeFilter.SHOW_TEXT).nextNode();
  if (text && text.nodeValue !== words) text.nodeValue = words;
  const recommended = body.querySelector(command);
  if (recommended instanceof HTMLElement) recommended.style.display = "none";
}

/** @param {Component<NoticeData>} component */
export default function ({ data, parentElement }) {
  const watch = instanceIn(parentElement, () => {
    const observer = new MutationObserver(() => reword(data));
    // Streamlit puts its notices beside the page.
    observer.observe(document.body, { childList: true });
    return observer;
  });
  return whenGone(parentElement, () => watch.disconnect());
}
