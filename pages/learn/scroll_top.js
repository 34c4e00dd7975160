// Scrolls the page to its top when `data.what` changes; Streamlit would stay where the last button was.

import { instanceIn } from "../../components/ui/js/component.js";

/** @import { Component } from "../../components/ui/js/component.js" */

/** @param {Component<{ what: string, scroller: string }>} component The scroller is the selector of the page. */
export default function ({ data, parentElement }) {
  const shown = instanceIn(parentElement, () => ({ what: data.what }));
  if (shown.what === data.what) return;
  shown.what = data.what;
  document.querySelector(data.scroller)?.scrollTo(0, 0);
}
