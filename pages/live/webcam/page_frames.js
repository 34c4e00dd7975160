// Passes frames on between the webcam and Streamlit's own connection: a component of its own, since each of its values
// runs a fragment of the page.

import { instanceIn, whenGone } from "../../../components/ui/js/component.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 */

class PageFrames {
  constructor() {
    /** @type {(frame: string) => void} */
    this.send = () => {};
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("visavis-frame", (event) => {
      this.send(/** @type {CustomEvent<string>} */ (event).detail);
    }, { signal });
  }
}

/** @param {Component<Uint8Array | null>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const frames = instanceIn(parentElement, () => new PageFrames());
  frames.send = (frame) => setTriggerValue("frame", frame);
  if (data?.length) document.dispatchEvent(new CustomEvent("visavis-answer", { detail: data }));
  return whenGone(/** @type {Node} */ (parentElement.firstChild), () => frames.listening.abort());
}
