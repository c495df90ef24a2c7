/** The page's elements: found by their names, and filled with text, never with markup. */

import { Refusal } from "./requests.js";

/** @param {ParentNode} parent @param {string} selector @returns {HTMLElement} */
export const find = (parent, selector) => /** @type {HTMLElement} */ (parent.querySelector(selector));
/** @param {string} id */
const byId = (id) => find(document, `#${id}`);
/** @param {string} id */
export const button = (id) => /** @type {HTMLButtonElement} */ (byId(id));
/** @param {string} id */
export const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {string} id */
export const select = (id) => /** @type {HTMLSelectElement} */ (byId(id));
/** @param {string} id */
export const dialog = (id) => /** @type {HTMLDialogElement} */ (byId(id));

/** Fill a description list. @param {HTMLElement} element @param {string[][]} pairs label and value */
export function list(element, pairs) {
  element.replaceChildren(
    ...pairs.map(([label, value]) => {
      const pair = document.createElement("div");
      const [term, description] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = label;
      description.textContent = value;
      pair.append(term, description);
      return pair;
    }),
  );
}

/** Show what went wrong; an error that the server did not name is one of this page. @param {Element} element @param {unknown} error */
export function complain(element, error) {
  if (!(error instanceof Refusal)) throw error;
  const sentence = document.createElement("span");
  sentence.className = "sentence";
  sentence.textContent = `${error.message[0].toUpperCase()}${error.message.slice(1)}.`;
  element.replaceChildren(sentence);
}
