// Hands pictures that are pasted anywhere on the page to the uploader, as if they were dropped onto it.

/** @import { Component } from "../../components/ui/js/component.js" */

/** @param {Component<{ file_input: string }>} component The selector of the uploader's input. */
export default function ({ data }) {
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    const input = document.querySelector(data.file_input);
    if (!pictures.length || !(input instanceof HTMLInputElement)) return;
    const transfer = new DataTransfer();
    pictures.forEach((picture) => transfer.items.add(picture));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    event.preventDefault();
  };
  document.addEventListener("paste", paste);
  return () => document.removeEventListener("paste", paste);
}
