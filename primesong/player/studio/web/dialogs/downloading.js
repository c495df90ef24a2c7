/** The dialog in which the song is downloaded, as it is set now. */

import { button, complain, dialog, find, select } from "../elements.js";
import { pace, size } from "../format.js";
import { begin, cancel } from "../task.js";

/** @typedef {import("../session.js").Session} Session */

/** How long a downloaded file is kept for the browser to save, in milliseconds. */
const KEPT = 60_000;

/** @param {Session} session */
export function prepareDownloading(session) {
  const view = dialog("download");
  button("to-download").addEventListener("click", () => {
    find(view, ".as").textContent = describe(session);
    find(view, ".stage").textContent = find(view, ".fault").textContent = "";
    view.showModal();
  });
  view.addEventListener("close", cancel);
  find(view, ".close").addEventListener("click", () => view.close());
  for (const choice of choices(view)) {
    choice.addEventListener("click", () => void download(session, view, choice.dataset.kind ?? ""));
  }
}

/** @param {HTMLElement} view @param {boolean} working */
function setWorking(view, working) {
  for (const choice of choices(view)) choice.disabled = working;
  find(view, ".close").textContent = working ? "Cancel" : "Close";
}

/** @param {HTMLElement} view @returns {NodeListOf<HTMLButtonElement>} */
const choices = (view) => view.querySelectorAll(".kinds button");

/** How the song is set now, in words. @param {Session} session */
function describe(session) {
  const { tempo, tuning, script } = session.arrangement();
  const { found } = session;
  const sa = document.querySelector("#player .tonic option:checked")?.textContent ?? found?.tonic;
  const words = [`Sa ${sa}`, select("raga").value, pace(Number(tempo ?? found?.tempo)), select("tala").value];
  words.push(`${tuning ?? found?.tuning} tuning`, ...(script ? [`${script} script`] : []));
  return `With the current settings: ${words.join(", ")}.`;
}

/** @param {Session} session @param {HTMLElement} view @param {string} kind */
async function download(session, view, kind) {
  const signal = begin();
  setWorking(view, true);
  find(view, ".fault").textContent = "";
  find(view, ".stage").textContent = `Making the ${kind.slice(1)} file…`;
  try {
    const answer = await session.fetchFile(kind, select("expression").value, signal);
    const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? `song${kind}`;
    const content = await answer.blob();
    save(content, name);
    find(view, ".stage").textContent = `Downloaded ${name}, ${size(content.size)}.`;
  } catch (error) {
    find(view, ".stage").textContent = "";
    if (!signal.aborted) complain(find(view, ".fault"), error);
  } finally {
    setWorking(view, false);
  }
}

/** Have the browser save a file. @param {Blob} content @param {string} name */
export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}
