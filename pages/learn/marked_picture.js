// A picture of the lesson, with boxes over it, in which a spot can be picked by a click, a tap or the arrow keys.
//
// `data` is {source, width, height, alt, pixelated, marks, spot, hint}. A mark is {box, kind}, a box
// [x, y, width, height], all in pixels of the picture. With a hint, a spot can be picked; it reports `spot`,
// {x, y, at}, where the time makes each pick differ from the one before.

const SVG = "http://www.w3.org/2000/svg";

// Arrow keys move the spot by this share of the picture's longer side, or by one pixel where that is more.
const STEP = 1 / 50;

const MANY = 60;

// Keys are often pressed several times; the last place counts.
const REPORT_AFTER = 200;

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

class Picture {
  constructor(root) {
    this.frame = root.querySelector(".frame");
    this.image = root.querySelector("img");
    this.overlay = root.querySelector("svg");
    this.hint = root.querySelector(".hint");
    this.overlay.onclick = (event) => this.pickAt(event);
    this.overlay.onkeydown = (event) => this.takeKey(event);
  }

  update(data, report) {
    this.data = data;
    this.report = report;
    this.spot = data.spot;
    if (this.image.src !== data.source) this.image.src = data.source;
    this.image.alt = data.alt;
    this.frame.style.setProperty("--width", data.width);
    this.frame.style.setProperty("--height", data.height);
    this.frame.classList.toggle("pixelated", data.pixelated);
    this.frame.classList.toggle("picking", Boolean(data.hint));
    this.hint.textContent = data.hint ?? "";
    this.overlay.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
    if (data.hint) {
      this.overlay.setAttribute("tabindex", "0");
      this.overlay.setAttribute("role", "application");
      this.overlay.setAttribute("aria-label", `${data.hint} Or move the spot with the arrow keys.`);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) this.overlay.removeAttribute(name);
    }
    this.draw();
  }

  draw() {
    const shapes = this.data.marks.map((mark) => this.shape(mark));
    // Thin lines, lest the boxes of a crowd hide it.
    this.overlay.classList.toggle("many", shapes.length > MANY);
    // A box around the spot says as much, and hides less.
    if (this.data.hint && this.spot && !this.data.marks.some((mark) => this.holdsSpot(mark))) {
      const [x, y] = this.spot;
      const reach = Math.max(this.data.width, this.data.height) / 40;
      const d = `M${x - reach} ${y}h${2 * reach}M${x} ${y - reach}v${2 * reach}`;
      shapes.push(svg("path", { class: "cross outline", d }), svg("path", { class: "cross", d }));
    }
    this.overlay.replaceChildren(...shapes);
  }

  shape({ box: [x, y, width, height], kind }) {
    const group = svg("g", { class: `mark ${kind}` });
    const box = { x, y, width, height };
    group.append(svg("rect", { ...box, class: "outline" }), svg("rect", { ...box, class: "box" }));
    return group;
  }

  holdsSpot({ box: [x, y, width, height], kind }) {
    const [across, down] = [this.spot[0] - x, this.spot[1] - y];
    return kind === "chosen" && across >= 0 && down >= 0 && across <= width && down <= height;
  }

  pickAt(event) {
    if (!this.data.hint) return;
    const { left, top, width, height } = this.overlay.getBoundingClientRect();
    this.move(
      ((event.clientX - left) / width) * this.data.width,
      ((event.clientY - top) / height) * this.data.height,
    );
    this.tell();
  }

  takeKey(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !this.data.hint) return;
    event.preventDefault();
    const step = Math.max(Math.round(STEP * Math.max(this.data.width, this.data.height)), 1);
    const [x, y] = this.spot ?? [this.data.width / 2, this.data.height / 2];
    this.move(x + step * way[0], y + step * way[1]);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), REPORT_AFTER);
  }

  move(x, y) {
    const inside = (value, length) => Math.min(Math.max(value, 0), length - 0.5);
    this.spot = [inside(x, this.data.width), inside(y, this.data.height)];
    this.draw();
  }

  tell() {
    this.report({ x: this.spot[0], y: this.spot[1], at: Date.now() });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const picture = (parentElement.picture ??= new Picture(parentElement));
  picture.update(data, (spot) => setStateValue("spot", spot));
}
