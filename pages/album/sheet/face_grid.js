// A grid of faces of which only those in view, and some around them, are in the page: it scrolls as well with thousands
// as with ten.

import { arrowDirection, clamp } from "../../../components/ui/js/numbers.js";

/** @import { AlbumFace } from "./choice.js" */

// A cell's size in CSS pixels, as in sheet.css.
const CELL_WIDTH = 96;
const CELL_HEIGHT = 124;

// Rows above and below those in view.
const SPARE_ROWS = 3;

/**
 * The indices of the cells that are drawn, from the first one on and before the last one.
 *
 * @param {number} count
 * @param {number} columns
 * @param {number} top How far the grid is scrolled, in pixels.
 * @param {number} height Of what is in view, in pixels.
 */
export function cellsInView(count, columns, top, height) {
  const first = Math.max(Math.floor(top / CELL_HEIGHT) - SPARE_ROWS, 0) * columns;
  const last = (Math.ceil((top + height) / CELL_HEIGHT) + SPARE_ROWS) * columns;
  return [Math.min(first, count), Math.min(last, count)];
}

export class FaceGrid {
  /**
   * @param {HTMLElement} place The element that scrolls.
   * @param {HTMLElement} room The element inside, as high as all faces together.
   * @param {(face: AlbumFace) => void} onOpen
   * @param {(position: number) => void} onFocus Called with the position of the face that has the focus.
   */
  constructor(place, room, onOpen, onFocus) {
    this.place = place;
    this.room = room;
    this.onOpen = onOpen;
    this.onFocus = onFocus;
    /** @type {(face: AlbumFace) => [string, string]} */
    this.captionOf = () => ["", ""];
    /** @type {AlbumFace[]} */
    this.faces = [];
    /** The face that the tab key focuses. */
    this.current = 0;
    /** @type {Map<string, HTMLElement>} */
    this.cells = new Map();
    place.onscroll = () => this.draw();
    place.onkeydown = (event) => this.takeKey(event);
  }

  /**
   * @param {AlbumFace[]} faces
   * @param {(face: AlbumFace) => [string, string]} captionOf What stands below a face, in two parts.
   */
  fill(faces, captionOf) {
    this.faces = faces;
    this.captionOf = captionOf;
    // Before the first faces come, it is the one that had the focus earlier.
    if (faces.length) this.current = clamp(this.current, 0, faces.length - 1);
    this.draw();
  }

  get columns() {
    return Math.max(Math.floor(this.place.clientWidth / CELL_WIDTH), 1);
  }

  draw() {
    const { columns, faces } = this;
    const pitch = this.place.clientWidth / columns;
    this.room.style.height = `${Math.ceil(faces.length / columns) * CELL_HEIGHT}px`;
    const [first, last] = cellsInView(faces.length, columns, this.place.scrollTop, this.place.clientHeight);
    /** @type {Map<string, HTMLElement>} */
    const cells = new Map();
    for (let position = first; position < last; position += 1) {
      const face = faces[position];
      const key = `${face.photo} ${face.index}`;
      const cell = this.cells.get(key) ?? this.cell(face);
      cell.style.left = `${(position % columns) * pitch + (pitch - CELL_WIDTH) / 2}px`;
      cell.style.top = `${Math.floor(position / columns) * CELL_HEIGHT}px`;
      cell.ariaSetSize = String(faces.length);
      cell.ariaPosInSet = String(position + 1);
      cell.dataset.position = String(position);
      const words = cell.querySelectorAll("small span");
      this.captionOf(face).forEach((part, index) => words[index].textContent = part);
      /** @type {HTMLElement} */ (cell.firstElementChild).tabIndex = position === this.current ? 0 : -1;
      cells.set(key, cell);
    }
    for (const [key, cell] of this.cells) if (!cells.has(key)) cell.remove();
    // In the order in which they are read out. A cell that is in its place stays, and keeps the focus.
    [...cells.values()].forEach((cell, index) => {
      const there = this.room.children[index];
      if (there !== cell) this.room.insertBefore(cell, there ?? null);
    });
    this.cells = cells;
  }

  /** @param {AlbumFace} face */
  cell(face) {
    const cell = document.createElement("div");
    cell.className = "cell";
    cell.role = "listitem";
    const button = document.createElement("button");
    button.type = "button";
    const picture = document.createElement("img");
    picture.src = face.picture;
    picture.alt = `Face ${face.index + 1} in ${face.name}, confidence ${face.label}`;
    const words = document.createElement("small");
    words.append(document.createElement("span"), document.createElement("span"));
    words.ariaHidden = "true";
    button.title = `${face.name}, face ${face.index + 1}: confidence ${face.label}, ${face.size} pixels, ` +
      `sharpness ${face.sharpness.toFixed(0)}`;
    button.append(picture, words);
    button.onclick = () => this.onOpen(face);
    button.onfocus = () => {
      this.current = Number(cell.dataset.position);
      this.onFocus(this.current);
      this.draw();
    };
    cell.append(button);
    return cell;
  }

  /** @param {KeyboardEvent} event */
  takeKey(event) {
    const direction = arrowDirection(event.key);
    const ends = { Home: 0, End: this.faces.length - 1 };
    const wanted = direction
      ? this.current + direction[0] + direction[1] * this.columns
      : ends[/** @type {keyof typeof ends} */ (event.key)];
    if (wanted === undefined || !this.faces.length) return;
    event.preventDefault();
    this.current = clamp(wanted, 0, this.faces.length - 1);
    const top = Math.floor(this.current / this.columns) * CELL_HEIGHT;
    const lowest = top + CELL_HEIGHT - this.place.clientHeight;
    this.place.scrollTop = clamp(this.place.scrollTop, lowest, top);
    this.draw();
    const face = this.faces[this.current];
    const button = this.cells.get(`${face.photo} ${face.index}`)?.firstElementChild;
    /** @type {HTMLElement | undefined} */ (button)?.focus({ preventScroll: true });
  }
}
