/**
 * The dialog in which a song's program is shown, and run in the sandbox with consent.
 *
 * Its classes say "running" from consent on, and "weak" where the isolation is.
 */

import { Curve } from "../curve.js";
import { button, complain, dialog, find, list } from "../elements.js";
import { duration } from "../format.js";
import { post, readMessages, Refusal } from "../requests.js";
import { begin, cancel } from "../task.js";

/** @typedef {import("../requests.js").Introduction} Introduction */
/** @typedef {import("../requests.js").Message} Message */
/** @typedef {import("../session.js").Session} Session */

/** How much is kept of what a program prints, in characters. */
const MOST_OUTPUT = 100_000;

/** How close to its end the output is scrolled to follow what is added, in pixels. */
const AT_END = 4;

/** @param {Session} session */
export function prepareRunning(session) {
  const view = dialog("run");
  button("to-run").addEventListener("click", () => void introduce(session, view));
  view.addEventListener("close", cancel);
  find(view, ".close").addEventListener("click", () => view.close());
}

/** Show what would be run. @param {Session} session @param {HTMLDialogElement} view */
async function introduce(session, view) {
  view.classList.remove("weak", "running");
  find(view, ".close").textContent = "Cancel";
  find(view, "h2").textContent = "Run the program?";
  find(view, ".fault").textContent = find(view, ".code").textContent = "";
  list(find(view, ".consent .checks"), []);
  const go = /** @type {HTMLButtonElement} */ (find(view, ".go"));
  go.disabled = true;
  view.showModal();
  try {
    const introduction = /** @type {Introduction} */ (await (await post("/introduce", { song: session.song })).json());
    list(find(view, ".consent .checks"), introduction.facts);
    find(view, ".code").textContent = introduction.source;
    view.classList.toggle("weak", introduction.weak);
    go.disabled = false;
    go.onclick = () => void run(session, view, introduction);
    find(view, ".close").focus();
  } catch (error) {
    complain(find(view, ".fault"), error);
  }
}

/** Run what was consented to. @param {Session} session @param {HTMLElement} view @param {Introduction} introduction */
async function run(session, view, { sha256, level }) {
  const signal = begin();
  view.classList.add("running");
  view.classList.remove("learning");
  find(view, ".close").textContent = "Stop";
  find(view, "h2").textContent = "Running the program";
  find(view, ".running .stage").textContent = "Started";
  find(view, ".output").textContent = "";
  list(find(view, ".summary"), []);
  const curve = new Curve(find(view, ".curve"));
  find(view, ".close").focus();
  session.player?.pause();
  try {
    const answer = await post("/run", { song: session.song, sha256, level, consent: true }, signal);
    for await (const message of readMessages(answer)) show(view, curve, message);
  } catch (error) {
    if (!signal.aborted) complain(find(view, ".fault"), error);
  } finally {
    if (!signal.aborted) find(view, ".close").textContent = "Close";
  }
}

/** @param {HTMLElement} view @param {Curve} curve @param {Message} message */
function show(view, curve, message) {
  if (message.losses?.length) view.classList.add("learning"); // before the curve is drawn, which fills its element
  curve.add(message.losses ?? [], message.steps ?? 0);
  if (curve.losses.length) find(view, ".running .stage").textContent = curve.description;
  if (message.output) print(find(view, ".output"), message.output);
  if (!message.summary) return;
  if (!curve.losses.length) find(view, ".running .stage").textContent = message.fault ? "Stopped" : "Ended";
  const ended = message.fault ? [] : [["ended", `by itself, after ${duration(message.seconds ?? 0)}`]];
  list(find(view, ".summary"), [...message.summary, ...ended]);
  if (message.fault) complain(find(view, ".fault"), new Refusal(message.fault));
}

/** Add to the output, and keep its end in sight if it is. @param {HTMLElement} element @param {string} text */
function print(element, text) {
  const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - AT_END;
  element.textContent = `${element.textContent}${text}\n`.slice(-MOST_OUTPUT);
  if (atEnd) element.scrollTop = element.scrollHeight;
}
