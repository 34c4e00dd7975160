import assert from "node:assert/strict";
import { instanceIn, whenGone } from "../../../../components/ui/js/component.js";

Deno.test("an element keeps its instance from run to run", () => {
  const [root, other] = [{}, {}].map((root) => /** @type {HTMLElement} */ (root));
  let made = 0;
  const make = () => ({ number: ++made });
  assert.equal(instanceIn(root, make), instanceIn(root, make));
  assert.equal(instanceIn(other, make).number, 2);
});

Deno.test("a component leaves only when its element is gone", () => {
  const node = { isConnected: true };
  let left = 0;
  const cleanUp = whenGone(/** @type {Node} */ (/** @type {unknown} */ (node)), () => left++);
  cleanUp();
  assert.equal(left, 0);
  node.isConnected = false;
  cleanUp();
  assert.equal(left, 1);
});
