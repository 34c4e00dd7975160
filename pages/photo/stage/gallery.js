// The place for the faces of the photo on the stage, which fills it; see photo_stage.js.

export default function ({ parentElement }) {
  window.visavisGallery = parentElement.querySelector(".gallery");
  window.dispatchEvent(new Event("visavis-gallery"));
}
