// Says in the app's words that the server does not answer. Streamlit's own notice tells visitors to run a script, or
// that "Streamlit server is not responding".

import { instanceIn, whenGone } from "../components/ui/js/component.js";

/**
 * @import { Component } from "../components/ui/js/component.js"
 *
 * @typedef {object} NoticeData
 * @property {string} dialog The selector of Streamlit's notice, as long as it is shown.
 * @property {string} title The notice's title when there is no connection.
 * @property {string} command The selector of the command that it recommends.
 * @property {{ waiting: string, over: string }} words What is said instead: while the page tries to reach the server,
 *   and when it has given up.
 */

// Streamlit's hint about this status is meant for whoever sets up the server, and stays.
const FORBIDDEN = /\b403\b/;

// After such an error, the page no longer tries.
const OVER = /websocket/i;

/**
 * Put other words in the notice. Texts are changed and elements hidden, but none is taken away, since Streamlit
 * removes them later.
 *
 * @param {NoticeData} data
 */
function reword({ dialog, title, command, words }) {
  const heading = document.querySelector(`${dialog} h2`);
  const body = heading?.nextElementSibling;
  if (heading?.textContent !== title || !body || FORBIDDEN.test(body.textContent)) return;
  if (Object.values(words).some((said) => body.textContent.startsWith(said))) return;
  const recommended = body.querySelector(command);
  if (recommended instanceof HTMLElement) recommended.style.display = "none";
  let said = OVER.test(body.textContent) ? words.over : words.waiting;
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.nodeValue = said;
    said = "";
  }
}

/** @param {Component<NoticeData>} component */
export default function ({ data, parentElement }) {
  const watch = instanceIn(parentElement, () => {
    const observer = new MutationObserver(() => reword(data));
    // Streamlit puts its notices beside the page.
    observer.observe(document.body, { childList: true });
    return observer;
  });
  // The notice may be older than this script.
  reword(data);
  return whenGone(parentElement, () => watch.disconnect());
}
