/** Files that are chosen, dropped on the page or pasted, and pasted texts. */

import { offerText } from "./dialogs/composing.js";
import { button, input } from "./elements.js";

/** @typedef {import("./dialogs/opening.js").Opening} Opening */

/** @param {Opening} opening opens the files */
export function prepareDropping(opening) {
  const chooser = input("file");
  button("to-open").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    if (chooser.files?.[0]) void opening.openFile(chooser.files[0]);
    chooser.value = "";
  });
  invite();
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) receive(() => void opening.openFile(file));
  });
  document.addEventListener("paste", (event) => {
    if (/** @type {Element} */ (event.target).closest?.("input, textarea")) return;
    const file = event.clipboardData?.files[0];
    const text = event.clipboardData?.getData("text/plain");
    if (file) receive(() => void opening.openFile(file));
    else if (text) receive(() => offerText(text));
  });
}

/** Show that a file can be dropped while one is dragged over the page. */
function invite() {
  let depth = 0; // entered elements that were not left yet
  const show = (/** @type {number} */ entered) => {
    depth = Math.max(entered, 0);
    document.body.classList.toggle("dropping", depth > 0);
  };
  document.addEventListener("dragenter", () => show(depth + 1));
  document.addEventListener("dragleave", () => show(depth - 1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", () => show(0));
}

/** Close the open dialogs, then do something. @param {() => void} action */
function receive(action) {
  const views = /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"));
  for (const view of views) view.close();
  setTimeout(action); // a dialog's "close" event comes after its closing
}
