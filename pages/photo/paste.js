// Hands pictures that are pasted anywhere on the page to the uploader, as if they were dropped onto it.

export default function () {
  const paste = (event) => {
    const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    const input = document.querySelector(".st-key-uploads input[type=file]");
    if (!pictures.length || !input) return;
    const transfer = new DataTransfer();
    pictures.forEach((picture) => transfer.items.add(picture));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    event.preventDefault();
  };
  document.addEventListener("paste", paste);
  return () => document.removeEventListener("paste", paste);
}
