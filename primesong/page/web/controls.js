/** What the buttons, fields and keys of a player do. */

import { matrasAMinute } from "./clock.js";
import { share, tellSteps } from "./explain.js";

/** @typedef {import("./player.js").Player} Player */

/** By which factor a key changes the tempo: twelve steps double it. */
const TEMPO_STEP = 2 ** (1 / 12);

/** Connect a player's controls with it, until a signal. @param {Player} player @param {AbortSignal} signal */
export function connect(player, signal) {
  const { display } = player;
  /** @type {(selector: string, type: string, action: (control: HTMLInputElement) => void) => void} */
  const on = (selector, type, action) => {
    const control = display.input(selector);
    control.addEventListener(type, () => action(control), { signal });
  };
  const story = /** @type {HTMLDialogElement} */ (display.find(".story"));
  on(".play", "click", () => toggle(player));
  on(".back", "click", () => step(player, -1));
  on(".forward", "click", () => step(player, 1));
  on(".more", "click", () => display.toggleSettings());
  on(".seek", "input", ({ value }) => player.seek(Number(value)));
  on(".slower", "click", () => faster(player, 1 / TEMPO_STEP));
  on(".faster", "click", () => faster(player, TEMPO_STEP));
  on(".tonic", "change", ({ value }) => player.setTonic(Number(value)));
  on(".script", "change", ({ value }) => player.setScript(value));
  on(".tuning", "change", ({ value }) => player.setTuning(value));
  on(".loop", "change", ({ value }) => player.setLoop(Number(value)));
  on(".tanpura", "change", ({ checked }) => player.setTanpura(checked));
  on(".tabla", "change", ({ checked }) => player.setTabla(checked));
  on(".volume", "input", ({ value }) => player.setVolume(Number(value) / 100));
  on(".copy", "click", () => void copy(player));
  on(".jump", "click", () => player.seekNote(display.typing.begins));
  on(".as-program", "click", () => display.showPortrait(false));
  on(".as-digits", "click", () => display.showPortrait(true));
  on(".share", "click", () => void share(player.song, display.avartan).then((said) => display.notify(said)));
  on(".tell", "click", () => {
    const steps = tellSteps(player.song, display.bytes.length, display.typing.bytes.length);
    const items = steps.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
    display.find(".story ol").replaceChildren(...items);
    story.showModal();
  });
  on(".story .close", "click", () => story.close());
  document.addEventListener("keydown", (event) => press(player, event), { signal });
  document.addEventListener("visibilitychange", () => player.noticeVisibility(), { signal });
}

/** @param {Player} player @param {KeyboardEvent} event */
function press(player, event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  const at = /** @type {Element} */ (event.target);
  if (at.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog")) return;
  if (event.key === " " && at.closest("button, input, a, summary")) return;
  /** @type {Record<string, () => void>} */
  const actions = {
    " ": () => toggle(player),
    ArrowLeft: () => step(player, -1),
    ArrowRight: () => step(player, 1),
    Home: () => player.seek(player.song.firstAvartan),
    End: () => player.seek(player.display.lastAvartan),
    "+": () => faster(player, TEMPO_STEP),
    "=": () => faster(player, TEMPO_STEP),
    "-": () => faster(player, 1 / TEMPO_STEP),
  };
  if (!(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
}

/** @param {Player} player */
function toggle(player) {
  if (player.clock.running) player.pause();
  else player.play().catch((error) => player.display.warn(`The browser cannot play sound: ${error.message}`));
}

/** @param {Player} player @param {number} avartans */
function step(player, avartans) {
  player.seek(player.position().avartan + avartans);
}

/** @param {Player} player @param {number} factor */
function faster(player, factor) {
  player.setTempo(Math.round(player.clock.tempo * factor * 10) / 10);
  player.display.say(`${matrasAMinute(player.clock.tempo)} matras a minute`);
}

/** @param {Player} player */
async function copy({ display }) {
  try {
    await navigator.clipboard.writeText(display.typing.text);
    display.say("Copied");
  } catch {
    getSelection()?.selectAllChildren(display.typing.code);
    display.say("Selected; copy it with the keyboard");
  }
}
