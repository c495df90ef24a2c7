/** The dialog in which a program or a number is typed or pasted. */

import { button, dialog, input } from "../elements.js";

/** @typedef {import("./opening.js").Opening} Opening */

/** @param {Opening} opening makes the song */
export function prepareComposing(opening) {
  const view = dialog("compose");
  button("to-compose").addEventListener("click", () => view.showModal());
  view.addEventListener("close", () => {
    if (view.returnValue !== "compose") return;
    view.returnValue = "";
    void opening.composeText(input("text").value, input("title").value, input("minify").checked);
  });
}

/** Offer a text to be composed. @param {string} text */
export function offerText(text) {
  input("text").value = text;
  dialog("compose").showModal();
}
