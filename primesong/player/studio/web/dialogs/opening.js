/**
 * The dialog that says what is known of a song: while a song is opened or composed, how far that has come.
 *
 * Its classes say "working" while the server works, and "holds" when all checks passed.
 */

import { button, complain, dialog, find, list } from "../elements.js";
import { count, duration, MEBIBYTE, percent } from "../format.js";
import { ask, askJson, post, readMessages, Refusal } from "../requests.js";
import { begin, cancel, release } from "../task.js";

/** @typedef {import("../requests.js").Found} Found */
/** @typedef {import("../requests.js").Message} Message */
/** @typedef {import("../session.js").Session} Session */

/**
 * What the server is doing, by its stages, and by the phases of a search.
 * @type {Record<string, string>}
 */
const STAGES = {
  send: "Sending the file",
  listen: "Listening to the recording",
  repair: "Repairing the notes",
  compress: "Compressing the program",
  search: "Searching for the prime",
  test: "Checking the song",
  draw: "Engraving the score",
};

/** @type {Record<string, string>} */
const PHASES = {
  sieve: "Sieving candidates",
  test: "Testing candidates",
  verify: "Verifying the prime",
};

export class Opening {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Found | null} what is shown of a song, once it is read */
    this.shown = null;
    this.view = dialog("found");
    button("to-found").addEventListener("click", () => this._review());
    this.view.addEventListener("close", cancel);
    for (const closer of this.view.querySelectorAll("button")) {
      closer.addEventListener("click", () => this.view.close());
    }
    find(this.view, ".listen").addEventListener("click", () => void session.player?.play());
  }

  /** Open a file. @param {File} file */
  async openFile(file) {
    const most = Number(document.body.dataset.most);
    const path = `/open?${new URLSearchParams({ name: file.name })}`;
    const headers = { "content-type": "application/octet-stream" };
    await this._follow(`Opening ${file.name}`, async (signal) => {
      if (file.size > most) throw new Refusal(`the file is larger than ${count(most / MEBIBYTE)} MiB, the limit here`);
      return ask(path, { method: "POST", headers, body: file, signal });
    });
  }

  /** Make a song of a text. @param {string} text @param {string} title @param {boolean} minify */
  async composeText(text, title, minify) {
    const content = { text, title, minify };
    await this._follow(`Composing ${title || "your song"}`, (signal) => post("/compose", content, signal));
  }

  /**
   * Follow the server as it makes a song, and take the song.
   * @param {string} heading
   * @param {(signal: AbortSignal) => Promise<Response>} send
   */
  async _follow(heading, send) {
    await this.follow(heading, begin(), async (signal) => readMessages(await send(signal)));
  }

  /**
   * Follow a task's messages, and take the song that they end with.
   * @param {string} heading @param {AbortSignal} signal of the task
   * @param {(signal: AbortSignal) => Promise<AsyncGenerator<Message, void, void>>} send
   */
  async follow(heading, signal, send) {
    this._show(heading, null);
    this._setState({ working: true });
    this._showStage({ stage: "send" });
    if (!this.view.open) this.view.showModal();
    this.session.player?.pause();
    try {
      for await (const message of await send(signal)) {
        if (message.stage) this._showStage(message);
        if (message.song) await this._take(message.song, signal);
      }
    } catch (error) {
      if (!signal.aborted) complain(find(this.view, ".fault"), error);
      if (!signal.aborted) this._setState({});
    }
  }

  /** Take a song: it is drawn and checked at the same time. @param {string} token @param {AbortSignal} signal */
  async _take(token, signal) {
    const found = /** @type {Found} */ (await askJson("/found", { song: token }, signal));
    this._showFound(found);
    this._showStage({ stage: "draw" });
    void this._check(token, found, signal);
    await this.session.take(token, found, signal);
    release();
    this._show(found.title, found);
    this._showStage({ stage: "test" });
    this._setState({ working: !found.checks, drawn: true });
    find(this.view, this.session.player ? ".listen" : ".close").focus();
  }

  /** Show the checks of a song when they are made. @param {string} token @param {Found} found @param {AbortSignal} signal */
  async _check(token, found, signal) {
    await this.session.check(token, found, signal);
    if (this.shown !== found) return;
    this._showFound(found);
    if (this.session.found === found) this.view.classList.remove("working");
  }

  /** Show again what is known of the song that is played. */
  _review() {
    const { found } = this.session;
    if (!found) return;
    this._show(found.title, found);
    this._setState({});
    this.view.showModal();
  }

  /** @param {string} heading @param {Found | null} found */
  _show(heading, found) {
    find(this.view, "h2").textContent = heading;
    find(this.view, ".fault").textContent = "";
    this._showFound(found);
  }

  /** @param {{working?: boolean, drawn?: boolean}} state */
  _setState({ working = false, drawn = false }) {
    this.view.classList.toggle("working", working);
    find(this.view, ".listen").hidden = !drawn || !this.session.player;
    find(this.view, ".close").textContent = working && !drawn ? "Cancel" : "Close";
  }

  /** @param {Message} message */
  _showStage(message) {
    find(this.view, ".stage").textContent = PHASES[message.phase ?? ""] ?? STAGES[message.stage ?? ""] ?? "";
    const bar = /** @type {HTMLProgressElement} */ (find(this.view, "progress"));
    if (typeof message.share === "number") bar.value = message.share;
    else bar.removeAttribute("value");
    find(this.view, ".facts").textContent = describeSearch(message);
  }

  /** @param {Found | null} found */
  _showFound(found) {
    this.shown = found;
    find(this.view, ".source").textContent = found ? `${found.source}.` : "";
    list(find(this.view, ".traits"), found ? traits(found) : []);
    const checks = found?.checks;
    const verdict = checks?.holds ? "All checks passed." : "Not all checks passed.";
    list(find(this.view, ".checks"), checks ? [...checks.facts, ["verdict", verdict]] : []);
    this.view.classList.toggle("holds", Boolean(checks?.holds));
  }
}

/** How the search for a prime stands, in words. @param {Message} message */
function describeSearch(message) {
  if (message.digits === undefined) return "";
  const words = [`a number of ${count(message.digits)} digits`];
  if (message.phase === "sieve") words.push(`${percent(message.share)} sieved`);
  if (message.phase === "test") {
    words.push(`${count(message.tested)} tested`, `${count(Math.round(message.rate ?? 0))} per second`);
    words.push(`${percent(message.share)} of searches are done by now`);
    if (message.seconds_left) words.push(`about ${duration(message.seconds_left)} left`);
  }
  return words.join(" · ");
}

/** @param {Found} found @returns {string[][]} */
function traits(found) {
  return [
    ["notes", count(found.digits) + (found.coda ? `, then a coda of ${count(found.coda)}` : "")],
    ["Sa", found.tonic],
    ["raga", found.raga],
    ["laya", found.laya],
    ["tala", found.tala],
    ["tuning", found.tuning],
    ["length", duration(found.seconds)],
  ];
}
