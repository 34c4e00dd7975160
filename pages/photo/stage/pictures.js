// Keeps a photo's pictures in the browser, for the stage that shows them: `data` is {id, preview, thumbnails}, all
// pictures as addresses that hold them. They are sent once, however often the stage is renewed.

// The photo before is kept too, as one often goes back to it.
const KEPT = 2;

export default function ({ data }) {
  const pictures = (window.visavisPictures ??= new Map());
  pictures.delete(data.id);
  pictures.set(data.id, data);
  for (const id of [...pictures.keys()].slice(0, -KEPT)) pictures.delete(id);
  window.dispatchEvent(new Event("visavis-pictures"));
}
