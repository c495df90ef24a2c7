/** The dialog in which a song is heard by the microphone: what is known of it grows while it is played. */

import { save } from "./downloading.js";
import { button, complain, dialog, find, list } from "../elements.js";
import { count, duration, pace, round } from "../format.js";
import { openMicrophone } from "../microphone.js";
import { ask, post, readMessages } from "../requests.js";
import { begin, cancel } from "../task.js";
import { makeWav } from "../wav.js";

/** @typedef {import("./opening.js").Opening} Opening */
/** @typedef {import("../requests.js").Report} Report */

/** How often what was recorded is sent, in milliseconds. */
const SEND_MILLISECONDS = 500;

/** The most that is sent at once, in samples: the server takes a mebibyte. */
const MOST_SENT = 400_000;

/** @param {Opening} opening takes the song that was heard */
export function prepareListening(opening) {
  const listening = new Listening(opening);
  button("to-listen").addEventListener("click", () => void listening.start());
}

class Listening {
  /** @param {Opening} opening */
  constructor(opening) {
    this.opening = opening;
    this.view = dialog("listen");
    /** @type {Int16Array<ArrayBuffer>[]} all that was recorded */
    this.recorded = [];
    this.sent = 0;
    this.rate = 0;
    /** @type {import("../microphone.js").Microphone | null} */
    this.microphone = null;
    find(this.view, ".stop").addEventListener("click", () => this._closeMicrophone());
    find(this.view, ".save").addEventListener("click", () => save(makeWav(this.recorded, this.rate), "recording.wav"));
    find(this.view, ".close").addEventListener("click", () => this.view.close());
    this.view.addEventListener("close", () => {
      this._closeMicrophone();
      if (!this.handedOver) cancel();
    });
  }

  /** Listen until it is stopped; then have the song decoded. */
  async start() {
    const signal = begin();
    this.recorded = [];
    this.sent = 0;
    this.handedOver = false;
    this._show(null);
    this._setWorking(true);
    find(this.view, ".fault").textContent = "";
    find(this.view, ".stage").textContent = "Waiting for the microphone";
    this.opening.session.player?.pause();
    this.view.showModal();
    try {
      this.microphone = await openMicrophone((samples, peak) => this._hear(samples, peak));
      this.rate = this.microphone.rate;
      if (!this.view.open) this._closeMicrophone();
      find(this.view, ".stage").textContent = "Listening: play the song now, from anywhere in it";
      await this._converse(signal);
    } catch (error) {
      this._closeMicrophone();
      this._setWorking(false);
      if (!signal.aborted) complain(find(this.view, ".fault"), error);
    }
  }

  /** Send what is heard, and show what is known, until the server decodes it all. @param {AbortSignal} signal */
  async _converse(signal) {
    const messages = readMessages(await post("/listen", { rate: this.rate }, signal));
    for (;;) {
      const { value, done } = await messages.next();
      if (done) return;
      if (value.ear) void this._send(value.ear, signal);
      if (value.report) this._show(value.report);
      if (value.stage) break;
    }
    this.handedOver = true;
    this.view.close();
    await this.opening.follow("What was heard", signal, async () => messages);
  }

  /** @param {Int16Array<ArrayBuffer>} samples @param {number} peak */
  _hear(samples, peak) {
    this.recorded.push(samples);
    /** @type {HTMLMeterElement} */ (find(this.view, "meter")).value = peak;
  }

  /** Send what is recorded, in its order, until the microphone is closed. @param {string} ear @param {AbortSignal} signal */
  async _send(ear, signal) {
    try {
      for (let ended = false; !ended; ) {
        await new Promise((resolve) => setTimeout(resolve, SEND_MILLISECONDS));
        ended = this.microphone === null;
        await this._sendParts(ear, ended, signal);
      }
    } catch (error) {
      this._closeMicrophone();
      if (!signal.aborted) complain(find(this.view, ".fault"), error);
    }
  }

  /** @param {string} ear @param {boolean} ended @param {AbortSignal} signal */
  async _sendParts(ear, ended, signal) {
    do {
      const parts = [];
      for (let size = 0; this.sent < this.recorded.length && size < MOST_SENT; this.sent += 1) {
        parts.push(this.recorded[this.sent]);
        size += this.recorded[this.sent].length;
      }
      const end = String(ended && this.sent === this.recorded.length);
      const headers = { "content-type": "application/octet-stream" };
      const path = `/hear?${new URLSearchParams({ ear, end })}`;
      if (parts.length || end === "true") await ask(path, { method: "POST", headers, body: new Blob(parts), signal });
    } while (this.sent < this.recorded.length);
  }

  _closeMicrophone() {
    this.microphone?.close();
    this.microphone = null;
    this._setWorking(false);
  }

  /** @param {boolean} working */
  _setWorking(working) {
    const [stop, keep] = [find(this.view, ".stop"), find(this.view, ".save")];
    /** @type {HTMLButtonElement} */ (stop).disabled = !working;
    /** @type {HTMLButtonElement} */ (keep).disabled = working || !this.recorded.length;
  }

  /** @param {Report | null} report */
  _show(report) {
    const known = report?.tempo ? report : null;
    list(find(this.view, ".traits"), [
      ["heard", report ? duration(report.seconds) : "–"],
      ["Sa", known ? `${round(known.tonic_hertz, 1)} Hz` : "–"],
      ["laya", known ? pace(known.tempo) : "–"],
      ["notes", known?.length ? `${count(known.heard)} of ${count(known.length)}` : "–"],
      ["program", known ? `${count(new TextEncoder().encode(known.program).length)} bytes` : "–"],
    ]);
    find(this.view, ".code").textContent = report?.program ?? "";
    if (report) find(this.view, ".stage").textContent = report.sentence;
  }
}
