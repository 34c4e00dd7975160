// Shapes over pictures.

/**
 * An SVG element.
 *
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
export function svg(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return /** @type {SVGElement} */ (element);
}

/**
 * A box as a bright line on a wider, dark one.
 *
 * @param {[number, number, number, number]} box
 * @returns {[SVGElement, SVGElement]}
 */
export function outlinedBox([x, y, width, height]) {
  const box = { x, y, width, height };
  return [svg("rect", { ...box, class: "outline" }), svg("rect", { ...box, class: "box" })];
}
