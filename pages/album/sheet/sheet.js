// The contact sheet: sorts, filters and counts the faces that were sent, and draws those in view.

import { find, instanceIn, whenGone } from "../../../components/ui/js/component.js";
import { keepOnly, listenForPhotos, sentPhotos, sheetView } from "./album_registry.js";
import {
  byPhoto,
  captionOf,
  chooseFaces,
  countInSteps,
  facesOf,
  isWithin,
  MEASURES,
  reasonForNone,
  stepsInUse,
  totalsInWords,
} from "./choice.js";
import { FaceGrid } from "./face_grid.js";

/**
 * @import { Component } from "../../../components/ui/js/component.js"
 * @import { AlbumFace, Choice, Measure } from "./choice.js"
 *
 * @typedef {object} SheetData
 * @property {{ id: string, name: string }[]} photos
 * @property {boolean} searching Whether more faces are being found.
 * @property {number} sent When Python sent this, in seconds.
 * @property {boolean} removable Whether the visitor may remove a photo.
 * @property {Record<Measure, [number, string][]>} scales The steps of each slider: lower end and label.
 * @property {number} confidence The confidence at first.
 */

// Milliseconds without another choice before Python learns of one.
const TELL_AFTER = 400;

class Sheet {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {SheetData} data
   */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    /** @type {(name: string, value: unknown) => void} */
    this.tell = () => {};
    /** @type {(name: string, value: unknown) => void} */
    this.trigger = () => {};
    this.told = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.restored = false;
    this.view = sheetView({
      order: "photo",
      photo: "",
      confidence: data.confidence,
      size: 0,
      sharpness: 0,
    });
    this.choice = this.view.choice;
    this.totals = find(root, ".totals", HTMLElement);
    this.order = find(root, ".order", HTMLSelectElement);
    this.photo = find(root, ".photo", HTMLSelectElement);
    this.place = find(root, ".faces", HTMLElement);
    this.hint = find(root, ".hint", HTMLElement);
    this.nothing = find(root, ".nothing", HTMLElement);
    this.remove = find(root, ".remove", HTMLButtonElement);
    this.grid = new FaceGrid(
      this.place,
      find(root, ".room", HTMLElement),
      (face) => this.trigger("opened", { photo: face.photo, index: face.index }),
      (position) => this.view.focused = position,
    );
    this.grid.current = this.view.focused;
    this.remove.onclick = () => this.trigger("removed", this.choice.photo);
    this.place.addEventListener("scroll", () => this.view.top = this.place.scrollTop);
    // As in sheet.css.
    find(root, ".filters", HTMLDetailsElement).open = !matchMedia("(max-width: 640px)").matches;
    this.order.value = this.choice.order;
    this.order.onchange = () => this.choose({ order: this.order.value });
    this.photo.onchange = () => this.choose({ photo: this.photo.value });
    for (const measure of MEASURES) {
      const steps = data.scales[measure];
      const slider = this.slider(measure);
      slider.oninput = () => this.choose({ [measure]: steps[Number(slider.value)][0] });
      // A finger that only scrolls past has moved it already when the browser takes the finger for scrolling.
      let before = slider.value;
      slider.onpointerdown = () => before = slider.value;
      slider.onpointercancel = () => {
        slider.value = before;
        this.choose({ [measure]: steps[Number(before)][0] });
      };
    }
    this.listening = new AbortController();
    listenForPhotos(() => this.draw(), this.listening.signal);
    this.resizing = new ResizeObserver(() => this.grid.draw());
    this.resizing.observe(this.place);
  }

  leave() {
    this.listening.abort();
    this.resizing.disconnect();
    clearTimeout(this.timer);
  }

  /**
   * @param {SheetData} data
   * @param {(name: string, value: unknown) => void} tell
   * @param {(name: string, value: unknown) => void} trigger
   */
  update(data, tell, trigger) {
    // Streamlit imports the script at each run of the page, so an older run may come after a newer one.
    if (data.sent < this.data.sent) return;
    Object.assign(this, { data, tell, trigger });
    keepOnly(new Set(data.photos.map(({ id }) => id)));
    this.draw();
  }

  /** @param {Measure} measure */
  scale(measure) {
    return find(this.root, `[data-name=${measure}]`, HTMLElement);
  }

  /** @param {Measure} measure */
  slider(measure) {
    return find(this.scale(measure), "input", HTMLInputElement);
  }

  /** @param {Partial<Choice>} change */
  choose(change) {
    Object.assign(this.choice, change);
    this.place.scrollTop = 0;
    this.draw();
  }

  draw() {
    const { photos } = this.data;
    this.listPhotos();
    const faces = facesOf(photos, sentPhotos());
    const chosen = chooseFaces(faces, this.choice);
    this.grid.fill(chosen, (face) => captionOf(face, this.choice.order));
    this.restoreTop();
    const done = photos.filter(({ id }) => sentPhotos().has(id)).length;
    this.totals.textContent = totalsInWords(chosen.length, faces.length, done);
    for (const measure of MEASURES) this.drawScale(measure, faces);
    this.drawWords(chosen.length, faces.filter((face) => this.isInPhoto(face.photo)).length);
    this.tellSoon(chosen);
  }

  /**
   * @param {number} chosen
   * @param {number} inPhotos
   */
  drawWords(chosen, inPhotos) {
    const { searching, removable } = this.data;
    const left = inPhotos - chosen;
    this.hint.textContent = (left ? `The filters leave out ${left.toLocaleString("en")}. ` : "") +
      (searching
        ? "Press a face to open its photo; the search goes on when you come back."
        : "Press a face to open its photo.");
    this.nothing.textContent = searching ? "" : reasonForNone(chosen, inPhotos);
    this.nothing.hidden = !this.nothing.textContent;
    this.remove.hidden = !removable || !this.choice.photo;
  }

  /** @param {string} photo */
  isInPhoto(photo) {
    return !this.choice.photo || photo === this.choice.photo;
  }

  /** Scroll to where the element was before it was made anew. */
  restoreTop() {
    if (this.restored || !this.place.clientHeight) return;
    this.restored = true;
    this.place.scrollTop = this.view.top;
    this.grid.draw();
  }

  listPhotos() {
    const { photos } = this.data;
    if (!photos.some(({ id }) => id === this.choice.photo)) this.choice.photo = "";
    if (this.photo.length !== photos.length + 1) {
      this.photo.replaceChildren(
        new Option("All photos", ""),
        ...photos.map(({ id, name }) => new Option(name, id)),
      );
    }
    this.photo.value = this.choice.photo;
  }

  /**
   * @param {Measure} measure
   * @param {AlbumFace[]} faces
   */
  drawScale(measure, faces) {
    const steps = this.data.scales[measure];
    const slider = this.slider(measure);
    const step = steps.findLastIndex(([low]) => low <= this.choice[measure]);
    const label = steps[step][1];
    find(this.scale(measure), "b", HTMLElement).textContent = label;
    slider.setAttribute("aria-valuetext", label);
    const lows = steps.map(([low]) => low);
    const inUse = stepsInUse(countInSteps(faces.map((face) => face[measure]), lows), step);
    slider.max = String(inUse - 1);
    slider.value = String(step);
    const values = faces.filter((face) => isWithin(face, this.choice, measure)).map((face) => face[measure]);
    const counts = countInSteps(values, lows).slice(0, inUse);
    const most = Math.max(...counts, 1);
    find(this.scale(measure), ".bars", HTMLElement).replaceChildren(...counts.map((count, index) => {
      const bar = document.createElement("i");
      bar.style.height = `${(100 * count) / most}%`;
      bar.classList.toggle("within", index >= step);
      return bar;
    }));
  }

  /**
   * Tell Python which faces are shown; while it searches, that would interrupt it.
   *
   * @param {AlbumFace[]} chosen
   */
  tellSoon(chosen) {
    clearTimeout(this.timer);
    if (this.data.searching) return;
    const photos = this.data.photos.map(({ id }) => id).filter((id) => this.isInPhoto(id));
    const indices = byPhoto(photos, chosen);
    const text = JSON.stringify(indices);
    if (text === this.told) return;
    this.timer = setTimeout(() => {
      this.told = text;
      this.tell("chosen", indices);
    }, TELL_AFTER);
  }
}

/** @param {Component<SheetData>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const sheet = instanceIn(parentElement, () => new Sheet(parentElement, data));
  sheet.update(data, setStateValue, setTriggerValue);
  return whenGone(sheet.place, () => sheet.leave());
}
