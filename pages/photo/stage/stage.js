// The photo with its faces: boxes, keypoints and labels over it, zoom, and clicks; and the gallery of the faces,
// for which another element of the page gives the place; see photo_gallery.js.
//
// `data` is {photo, name, width, height, alt, faces, show, smallest, marks, marking}. A face is {index, number,
// confidence, box, keypoints}, in pixels of the photo; without a number it is only hinted at. It reports `marks`,
// each time whole: {photo, turn, chosen, false_alarms, missed}; `turn` grows with every change, so that what the
// server answers to an older one is not taken for news. The pictures come apart from it; see photo_pictures.js.

const SVG = "http://www.w3.org/2000/svg";

// How often the photo's width is that of what is seen, at most.
const MOST_ZOOM = 16;
const ZOOM_STEP = 1.5;

// Width by height; what is longer has space beside it, lest a strip be metres high.
const NARROWEST = 0.4;
const WIDEST = 4;

// CSS pixels.
const LABEL = 13;
const SMALLEST_LABEL = 9;
const CLICK = 5;
const NEAR = 12;

class Stage {
  constructor(root) {
    this.frame = root.querySelector(".frame");
    this.photo = root.querySelector(".photo");
    this.overlay = root.querySelector(".overlay");
    this.caption = root.querySelector(".caption");
    this.pointers = new Map();
    root.querySelector(".in").onclick = () => this.zoom(ZOOM_STEP);
    root.querySelector(".out").onclick = () => this.zoom(1 / ZOOM_STEP);
    root.querySelector(".whole").onclick = () => this.see(this.whole);
    this.listenToPointers();
    this.overlay.onkeydown = (event) => this.takeKey(event);
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener("visavis-pictures", () => this.takePictures(), { signal });
    window.addEventListener("visavis-gallery", () => this.fillGallery(), { signal });
    // Lines and letters keep their size on the screen.
    this.resizing = new ResizeObserver(() => this.data && this.draw());
    this.resizing.observe(this.frame);
  }

  leave() {
    this.listening.abort();
    this.resizing.disconnect();
  }

  update(data, report) {
    const another = data.photo !== this.data?.photo;
    this.data = data;
    this.report = report;
    if (another || data.marks.turn >= this.marks.turn) this.marks = data.marks;
    if (another) {
      const aspect = Math.min(Math.max(data.width / data.height, NARROWEST), WIDEST);
      this.frame.style.setProperty("--aspect", aspect);
      const width = Math.max(data.width, data.height * aspect);
      const height = width / aspect;
      this.whole = { x: (data.width - width) / 2, y: (data.height - height) / 2, width, height };
      this.view = this.whole;
      this.cross = undefined;
      this.photo.removeAttribute("src");
      this.thumbnails = undefined;
      this.takePictures();
    }
    this.photo.alt = data.alt;
    const keys = data.marking ? "arrow keys move a cross, Enter marks there" : "arrow keys move";
    this.overlay.setAttribute("aria-label", `Photo: plus and minus zoom, ${keys}`);
    this.caption.textContent = data.marking
      ? "Click boxes that are no face, and faces without a box; again to take it back."
      : `${data.name}, ${data.width} × ${data.height} pixels`;
    this.draw();
    this.fillGallery();
  }

  takePictures() {
    const pictures = window.visavisPictures?.get(this.data?.photo);
    if (!pictures) return;
    this.thumbnails = pictures.thumbnails;
    if (this.photo.src !== pictures.preview) this.photo.src = pictures.preview;
    this.fillGallery();
  }

  // Pixels of the photo in one of the screen's.
  get unit() {
    return this.view.width / (this.frame.clientWidth || 1);
  }

  draw() {
    const { x, y, width, height } = this.view;
    const { data } = this;
    Object.assign(this.photo.style, {
      left: `${(-100 * x) / width}%`,
      top: `${(-100 * y) / height}%`,
      width: `${(100 * data.width) / width}%`,
      height: `${(100 * data.height) / height}%`,
    });
    this.overlay.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.frame.classList.toggle("zoomed", width < this.whole.width);
    this.frame.classList.toggle("marking", data.marking);
    const shapes = data.faces.map((face) => this.faceShape(face));
    // What is chosen lies over the others.
    shapes.sort((a, b) => a.classList.contains("chosen") - b.classList.contains("chosen"));
    shapes.push(...this.marks.missed.map((spot) => this.missedShape(spot)));
    if (data.smallest) shapes.push(this.smallestShape());
    if (data.marking && this.cross) shapes.push(this.crossShape());
    this.overlay.replaceChildren(...shapes);
  }

  faceShape(face) {
    const { unit } = this;
    const { show } = this.data;
    const shape = svg("g", { class: "face", "data-index": face.index });
    const chosen = this.marks.chosen.includes(face.index);
    const wrong = this.marks.false_alarms.includes(face.index);
    shape.classList.toggle("chosen", chosen);
    shape.classList.toggle("wrong", wrong);
    shape.classList.toggle("dashed", !face.number);
    const [x, y, width, height] = face.box;
    const box = { x, y, width, height };
    // Also where no boxes are shown, a face can be clicked.
    shape.append(svg("rect", { ...box, class: "area" }));
    if (show.boxes || chosen || wrong || !face.number)
      shape.append(svg("rect", { ...box, class: "outline" }), svg("rect", { ...box, class: "box" }));
    if (wrong) shape.append(svg("path", { class: "box", d: `M${x} ${y}l${width} ${height}m0 ${-height}l${-width} ${height}` }));
    if (!face.number) return shape;
    if (show.keypoints) {
      const r = Math.min(Math.max(width / 28, 0.9 * unit), 4 * unit);
      // An outline around the smallest dots would hide the eyes it marks.
      const kind = r > 1.5 * unit ? "keypoint outlined" : "keypoint";
      for (const [cx, cy] of face.keypoints) shape.append(svg("circle", { cx, cy, r, class: kind }));
    }
    if (show.numbers || show.confidences) shape.append(this.label(face));
    return shape;
  }

  label({ number, confidence, box: [x, y, width] }) {
    const { unit } = this;
    const { show } = this.data;
    // Small faces stand close together, and labels of full size would cover them.
    const size = Math.min(Math.max(width / unit / 3, SMALLEST_LABEL), LABEL) * unit;
    const full = [show.numbers && number, show.confidences && confidence].filter(Boolean).join(" · ");
    const wide = (text) => (0.56 * text.length + 0.6) * size;
    const text = show.numbers && wide(full) > 1.6 * width ? String(number) : full;
    const [across, high] = [wide(text), 1.4 * size];
    const left = Math.max(Math.min(x, this.data.width - across), 0);
    const top = Math.max(y - high, 0);
    const words = svg("text", { x: left + across / 2, y: top + high / 2, "font-size": size });
    words.textContent = text;
    const label = svg("g", { class: "label" });
    label.append(svg("rect", { x: left, y: top, width: across, height: high, rx: size / 4 }), words);
    return label;
  }

  missedShape([cx, cy]) {
    const shape = svg("g", { class: "missed" });
    const r = 11 * this.unit;
    const words = svg("text", { x: cx, y: cy, "font-size": 15 * this.unit });
    words.textContent = "?";
    shape.append(svg("circle", { cx, cy, r }), words);
    return shape;
  }

  smallestShape() {
    const { unit } = this;
    const { width, height, smallest } = this.data;
    const gap = 8 * unit;
    const shape = svg("g", { class: "smallest" });
    const square = { x: gap, y: height - smallest - gap, width: smallest, height: smallest };
    const size = 11 * unit;
    const words = svg("text", { x: square.x + smallest + 0.5 * size, y: height - gap - 0.2 * size, "font-size": size });
    words.textContent = `smallest face, ${smallest} pixels`;
    const across = Math.min(0.46 * words.textContent.length * size, width);
    shape.append(
      svg("rect", { class: "ground", x: words.getAttribute("x") - 0.3 * size, y: height - gap - 1.2 * size, width: across, height: 1.4 * size, rx: size / 4 }),
      svg("rect", { ...square, class: "outline" }),
      svg("rect", { ...square, class: "box" }),
      words,
    );
    return shape;
  }

  crossShape() {
    const { x, y } = this.cross;
    const arm = 14 * this.unit;
    return svg("path", { class: "cross", d: `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}` });
  }

  get gallery() {
    return window.visavisGallery;
  }

  fillGallery() {
    const { gallery } = this;
    if (!gallery || !this.thumbnails || !this.data) return;
    gallery.onkeydown = (event) => this.moveInGallery(event);
    const faces = this.data.faces.filter((face) => face.number);
    const focused = gallery.contains(gallery.getRootNode().activeElement);
    const { scrollLeft, scrollTop } = gallery;
    // The one that the tabulator key leads to; from there, arrow keys lead on.
    if (!faces.some((face) => face.index === this.current)) this.current = faces[0]?.index;
    const buttons = faces.map((face) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.index = face.index;
      button.tabIndex = face.index === this.current ? 0 : -1;
      const wrong = this.marks.false_alarms.includes(face.index);
      const chosen = this.marks.chosen.includes(face.index);
      button.classList.toggle("chosen", chosen);
      button.classList.toggle("wrong", wrong);
      button.setAttribute("aria-pressed", this.data.marking ? wrong : chosen);
      const picture = document.createElement("img");
      picture.src = this.thumbnails[face.index] ?? "";
      picture.alt = `Face ${face.number}, confidence ${face.confidence}`;
      if (wrong) picture.alt += ", marked as not a face";
      const words = document.createElement("small");
      words.textContent = `${face.number} · ${face.confidence}`;
      words.ariaHidden = "true";
      button.append(picture, words);
      button.onclick = () => this.touch(face.index, true);
      return button;
    });
    gallery.replaceChildren(...buttons);
    if (focused) gallery.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
    Object.assign(gallery, { scrollLeft, scrollTop });
  }

  moveInGallery(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.gallery.children];
    const here = buttons.findIndex((button) => button.tabIndex === 0);
    const next = buttons[Math.min(Math.max(here + step, 0), buttons.length - 1)];
    this.current = Number(next.dataset.index);
    buttons[here].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  // A face was clicked: in the photo, or in the gallery, from where it is then looked for in the photo.
  touch(index, fromGallery) {
    const list = this.data.marking ? "false_alarms" : "chosen";
    const before = this.marks[list];
    const taken = before.includes(index) ? before.filter((other) => other !== index) : [...before, index];
    this.current = index;
    if (fromGallery) this.bringIntoView(index);
    this.change({ [list]: taken });
    if (!fromGallery && taken.length > before.length) this.showInGallery(index);
  }

  touchSpot(x, y) {
    if (!this.data.marking || x < 0 || y < 0 || x > this.data.width || y > this.data.height) return;
    const near = ([otherX, otherY]) => Math.hypot(otherX - x, otherY - y) < 11 * this.unit;
    const { missed } = this.marks;
    this.change({ missed: missed.some(near) ? missed.filter((spot) => !near(spot)) : [...missed, [x, y]] });
  }

  change(marks) {
    this.marks = { ...this.marks, ...marks, photo: this.data.photo, turn: this.marks.turn + 1 };
    this.draw();
    this.fillGallery();
    // With the time, lest it equal an earlier report, of which the server has forgotten.
    this.report({ ...this.marks, at: Date.now() });
  }

  bringIntoView(index) {
    const [x, y, width, height] = this.data.faces.find((face) => face.index === index).box;
    const { view } = this;
    const inside = x >= view.x && y >= view.y && x + width <= view.x + view.width && y + height <= view.y + view.height;
    if (!inside) this.see({ ...view, x: x + width / 2 - view.width / 2, y: y + height / 2 - view.height / 2 });
  }

  showInGallery(index) {
    const { gallery } = this;
    const button = gallery?.querySelector(`[data-index='${index}']`);
    // Not scrollIntoView, which would move the page too.
    if (button) gallery.scrollTo(button.offsetLeft - 8, button.offsetTop - 8);
  }

  zoom(factor, around = { x: this.view.x + this.view.width / 2, y: this.view.y + this.view.height / 2 }) {
    const width = Math.min(Math.max(this.view.width / factor, this.whole.width / MOST_ZOOM), this.whole.width);
    const share = width / this.view.width;
    this.see({
      x: around.x - (around.x - this.view.x) * share,
      y: around.y - (around.y - this.view.y) * share,
      width,
      height: this.view.height * share,
    });
  }

  see({ x, y, width, height }) {
    const { whole } = this;
    x = Math.min(Math.max(x, whole.x), whole.x + whole.width - width);
    y = Math.min(Math.max(y, whole.y), whole.y + whole.height - height);
    this.view = { x, y, width, height };
    this.draw();
  }

  // Where on the photo the pointer is.
  place(event) {
    const frame = this.frame.getBoundingClientRect();
    return {
      x: this.view.x + ((event.clientX - frame.left) / frame.width) * this.view.width,
      y: this.view.y + ((event.clientY - frame.top) / frame.height) * this.view.height,
    };
  }

  // One pointer clicks, or moves what is seen; two zoom.
  listenToPointers() {
    const { overlay, pointers } = this;
    overlay.onpointerdown = (event) => {
      if (event.button) return;
      pointers.set(event.pointerId, event);
      this.clicks = pointers.size === 1 && event;
      overlay.setPointerCapture(event.pointerId);
    };
    overlay.onpointermove = (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      if (this.clicks && Math.hypot(event.clientX - this.clicks.clientX, event.clientY - this.clicks.clientY) < CLICK) return;
      this.clicks = undefined;
      const [here, there] = [this.place(event), this.place(before)];
      if (pointers.size === 1) {
        this.see({ ...this.view, x: this.view.x + there.x - here.x, y: this.view.y + there.y - here.y });
      } else {
        const other = [...pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
        const apart = (pointer) => Math.hypot(pointer.clientX - other.clientX, pointer.clientY - other.clientY) || 1;
        this.zoom(apart(event) / apart(before), this.place(other));
      }
      pointers.set(event.pointerId, event);
    };
    overlay.onpointerup = (event) => {
      pointers.delete(event.pointerId);
      if (this.clicks?.pointerId !== event.pointerId) return;
      this.clicks = undefined;
      const { x, y } = this.place(event);
      this.clickAt(x, y, event.pointerType === "touch");
    };
    overlay.onpointercancel = (event) => {
      pointers.delete(event.pointerId);
      this.clicks = undefined;
    };
    overlay.addEventListener(
      "wheel",
      (event) => {
        // By itself the wheel scrolls the page; a pinch on a trackpad comes as a wheel with this key.
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 200), this.place(event));
      },
      { passive: false },
    );
  }

  clickAt(x, y, byFinger) {
    const within = (slack) => ({ box: [left, top, width, height] }) =>
      x >= left - slack && y >= top - slack && x <= left + width + slack && y <= top + height + slack;
    // Of boxes within each other the smaller one is meant.
    const smallest = (faces) => faces.sort((a, b) => a.box[2] * a.box[3] - b.box[2] * b.box[3])[0];
    const { faces } = this.data;
    // A finger does not hit a face of a few pixels.
    const slack = byFinger ? NEAR * this.unit : 0;
    const face = smallest(faces.filter(within(0))) ?? smallest(faces.filter(within(slack)));
    if (face) this.touch(face.index, false);
    else this.touchSpot(x, y);
  }

  takeKey(event) {
    const zooms = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP }[event.key];
    const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (zooms) this.zoom(zooms);
    else if (event.key === "0") this.see(this.whole);
    else if (this.data.marking && event.key === "Enter" && this.cross) this.clickAt(this.cross.x, this.cross.y);
    else if (right === undefined) return;
    else if (this.data.marking) this.moveCross(right, down);
    else this.see({ ...this.view, x: this.view.x + (right * this.view.width) / 8, y: this.view.y + (down * this.view.height) / 8 });
    event.preventDefault();
  }

  // Marks without a mouse: a cross is moved, and Enter clicks there.
  moveCross(right, down) {
    const { view } = this;
    const step = view.width / 40;
    const from = this.cross ?? { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    this.cross = {
      x: Math.min(Math.max(from.x + right * step, view.x), view.x + view.width),
      y: Math.min(Math.max(from.y + down * step, view.y), view.y + view.height),
    };
    this.draw();
  }
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export default function ({ data, parentElement, setStateValue }) {
  const stage = (parentElement.stage ??= new Stage(parentElement));
  stage.update(data, (marks) => setStateValue("marks", marks));
  // Also called for a run that a newer one has overtaken, while the photo stays on the page.
  return () => {
    if (!stage.frame.isConnected) stage.leave();
  };
}
