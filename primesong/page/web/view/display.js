/**
 * What is seen of a song: score, matra, keys, program, position and the controls' states. It does not keep time.
 */

import { count, matrasAMinute, minutes } from "../clock.js";
import { writeSwara } from "./drawing.js";
import { Keyboard } from "./keyboard.js";
import { MARKUP } from "./markup.js";
import { Portrait } from "./portrait.js";
import { Score } from "./score.js";
import { fromBase64, matrasOf, numberNotes } from "../song.js";
import { Typing } from "./typing.js";

/** @typedef {import("../song.js").SongDocument} SongDocument */

/** How many digits are shown before the one that sounds: what fits beside the keys. */
const DIGITS_BEFORE = 14;

/** How many are shown after it. */
const DIGITS_AFTER = 7;

/** How many of the number's bytes are shown: what fits below the program. */
const BYTES_SHOWN = 8;

/** How long a notice is shown. */
const NOTICE_MILLISECONDS = 6000;

/** D2: from this tonic on the reeds reach every note, as a MIDI note. */
const LOWEST_TONIC = 38;

/** D4: up to this tonic they do. */
const HIGHEST_TONIC = 62;

export class Display {
  /**
   * @param {HTMLElement} element its content is replaced
   * @param {SongDocument} song
   * @param {(note: number) => void} onPick called with a note that was pointed at in the score
   */
  constructor(element, song, onPick) {
    this.element = element;
    this.song = song;
    this.script = song.script;
    this.tonic = song.tonic;
    this.note = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.noticing = undefined;
    this.matras = matrasOf(song);
    this.numberNotes = numberNotes(song);
    this.lastAvartan = song.firstAvartan + Math.ceil(song.digits.length / this.matras) - 1;
    this.bytes = song.number ? fromBase64(song.number.bytes) : new Uint8Array();

    element.classList.remove("unplayed");
    element.classList.add("primesong");
    element.classList.toggle("empty", !song.program);
    element.innerHTML = MARKUP;
    this.score = new Score(this.find(".score .frame"), song, onPick);
    this.keyboard = new Keyboard(this.find(".keys"), song);
    this.typing = new Typing(this.find(".program .frame"), song);
    /** @type {Portrait | null} made when it is first looked at */
    this.portrait = null;
    this.find("h1").textContent = song.title;
    this.find(".sentence").textContent = song.sentence;
    this.find(".sum").textContent = song.program ? `SHA-256 ${song.program.sha256}` : "This song holds no program.";
    this._drawTala();
    this._prepareControls();
    this.setTonic(song.tonic);
    this.show(0, false);
  }

  destroy() {
    this.score.destroy();
    this.element.replaceChildren();
    this.element.classList.remove("primesong", "playing", "complete", "empty", "open", "begun", "practicing");
    clearTimeout(this.noticing);
  }

  _drawTala() {
    const { vibhags, marks } = this.song.tala;
    const groups = vibhags.map((length, vibhag) => {
      const group = document.createElement("span");
      group.dataset.mark = marks[vibhag];
      group.append(...Array.from({ length }, () => document.createElement("i")));
      return group;
    });
    this.find(".tala").replaceChildren(...groups);
  }

  _prepareControls() {
    const { song } = this;
    const { cycle } = song.tala;
    const seek = this.input(".seek");
    seek.min = String(song.firstAvartan);
    seek.max = String(this.lastAvartan);
    seek.setAttribute("aria-label", cycle);
    this.find(".back").setAttribute("aria-label", `Back one ${cycle}`);
    this.find(".forward").setAttribute("aria-label", `Forward one ${cycle}`);
    const tonics = new Set([song.tonic]);
    for (let tonic = LOWEST_TONIC; tonic <= HIGHEST_TONIC; tonic += 1) tonics.add(tonic);
    const sorted = [...tonics].sort((one, other) => one - other);
    this._offer(
      ".tonic",
      sorted.map((tonic) => [String(tonic), this._tonicName(tonic)]),
      String(song.tonic),
    );
    this._offer(
      ".script",
      Object.keys(song.scripts).map((name) => [name, name]),
      song.script,
    );
    this._offer(
      ".tuning",
      Object.keys(song.tunings).map((name) => [name, name]),
      song.tuning,
    );
    this.find(".with-tabla").hidden = !song.sound.tabla;
    this._offer(
      ".loop",
      [
        ["0", "off"],
        ["1", `this ${cycle}`],
        ["4", `four ${cycle}s`],
        ["-1", "all"],
      ],
      "0",
    );
  }

  /** @param {string} selector @param {string[][]} options value and text @param {string} value */
  _offer(selector, options, value) {
    const select = /** @type {HTMLSelectElement} */ (this.find(selector));
    select.replaceChildren(...options.map(([name, text]) => new Option(text, name)));
    select.value = value;
  }

  /** Highlight a note everywhere. @param {number} note @param {boolean} glide whether the score may scroll smoothly */
  show(note, glide) {
    this.note = note;
    const { song } = this;
    const digit = song.digits[note];
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.score.light(note, glide && !calm);
    this.keyboard.press(digit);
    this.typing.show(note + 1);
    this.portrait?.show(note + 1);
    this.element.classList.toggle("begun", this.typing.size > 0 || !song.program);

    const matra = note % this.matras;
    this.find(".tala")
      .querySelectorAll("i")
      .forEach((dot, place) => {
        dot.classList.toggle("on", place === matra);
      });
    this.find(".said .swara").replaceChildren(writeSwara(song, song.scripts[this.script][digit]));
    this.find(".said .swara").lang = song.languages[this.script];
    this.find(".said .name").textContent = song.names[digit];
    const number = song.digits.slice(0, this.numberNotes);
    this.find(".before").textContent = number.slice(Math.max(note - DIGITS_BEFORE, 0), note);
    this.find(".stream em").textContent = this.inCoda ? "coda" : digit;
    this.find(".after").textContent = number.slice(note + 1, note + 1 + DIGITS_AFTER);
    if (song.number) this._showBytes(song.number.certain[note + 1]);

    const cycle = `${song.tala.cycle} ${this.avartan} of ${this.lastAvartan}`;
    const coda = this.inCoda ? ", coda" : "";
    this.find(".place").textContent = cycle;
    this.find(".matra").textContent = `matra ${matra + 1}${coda}`;
    this.input(".seek").value = String(this.avartan);
    this.input(".seek").setAttribute("aria-valuetext", `${cycle}${coda}`);
    /** @type {HTMLButtonElement} */ (this.find(".copy")).disabled = !this.typing.complete;
    this.element.classList.toggle("complete", this.typing.complete);
  }

  /** @param {number} certain */
  _showBytes(certain) {
    const last = this.bytes.subarray(Math.max(certain - BYTES_SHOWN, 0), certain);
    this.find(".certain").textContent = `${count(certain)} of ${count(this.bytes.length)} bytes certain`;
    this.find(".hex").textContent = Array.from(last, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  }

  /** Show time and tempo. @param {number} tempo beats a minute @param {number} noteSeconds */
  showTime(tempo, noteSeconds) {
    const all = minutes(this.song.digits.length * noteSeconds);
    this.find(".time").textContent = `${minutes(this.note * noteSeconds)} of ${all}`;
    this.find(".begins").textContent = minutes(this.typing.begins * noteSeconds);
    this.find(".tempo").textContent = matrasAMinute(tempo);
  }

  /** Show whether it plays. @param {boolean} playing */
  setPlaying(playing) {
    this.element.classList.toggle("playing", playing);
    this.find(".play").setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  /** @param {string} script */
  setScript(script) {
    this.script = script;
    this.keyboard.setScript(script);
    this.score.setScript(script);
    this.show(this.note, false);
  }

  /** @param {number} tonic */
  setTonic(tonic) {
    this.tonic = tonic;
    this.keyboard.setTonic(tonic);
    this.score.setTonic(tonic);
    const { coda, tala } = this.song;
    const named = tala.marks.some(Boolean) ? ` · ${tala.name}` : "";
    const on = this.score.tonic;
    const written = tonic === on ? "" : `, but the staff is engraved for Sa on ${this._tonicName(on)}`;
    const ending = coda ? `, then a coda of ${count(coda)}` : "";
    const notes = `${count(this.numberNotes)} notes${ending}`;
    this.find(".about").textContent = `${notes}${named} · Sa is ${this._tonicName(tonic)}${written}`;
  }

  /** Show the digits as a picture in place of the program, or the program again. @param {boolean} on */
  showPortrait(on) {
    this.element.classList.toggle("pictured", on);
    const frame = this.find(".portrait");
    frame.hidden = !on;
    if (on) {
      this.portrait ??= new Portrait(frame, this.song);
      this.portrait.show(this.note + 1);
    }
    this.find(".as-program").setAttribute("aria-pressed", String(!on));
    this.find(".as-digits").setAttribute("aria-pressed", String(on));
  }

  /** Choose values that were remembered, as if a person did. @param {import("../memory.js").Memory} settings */
  choose({ volume, note: _, tempo: __, ...settings }) {
    for (const [name, value] of Object.entries(settings)) {
      const control = this.input(`.controls .${name}`);
      if (typeof value === "boolean") control.checked = value;
      else control.value = value;
      if (control.value) control.dispatchEvent(new Event("change"));
    }
    if (volume === undefined) return;
    this.input(".volume").value = String(100 * volume);
    this.input(".volume").dispatchEvent(new Event("input"));
  }

  /** Show what practice needs, or hide it. @param {boolean} on */
  setPractice(on) {
    this.element.classList.toggle("practicing", on);
    this.find(".practice").setAttribute("aria-pressed", String(on));
  }

  /** Show or hide the settings on a narrow screen. */
  toggleSettings() {
    const open = this.element.classList.toggle("open");
    this.find(".more").setAttribute("aria-expanded", String(open));
  }

  /** @param {number} tonic */
  _tonicName(tonic) {
    return `${this.song.keys[tonic % 12]}${Math.floor(tonic / 12) - 1}`;
  }

  /** Whether the current note belongs to the coda. */
  get inCoda() {
    return this.note >= this.numberNotes;
  }

  /** The number of the current avartan. */
  get avartan() {
    return this.song.firstAvartan + Math.floor(this.note / this.matras);
  }

  /** Show and announce what went wrong. @param {string} text */
  warn(text) {
    this.find(".about").textContent = text;
    this.say(text);
  }

  /** Announce something, and show it for a while. @param {string} text */
  notify(text) {
    this.say(text);
    this.find(".live").classList.toggle("seen", text !== "");
    clearTimeout(this.noticing);
    this.noticing = setTimeout(() => this.find(".live").classList.remove("seen"), NOTICE_MILLISECONDS);
  }

  /** Announce something to screen readers. @param {string} text */
  say(text) {
    const live = this.find(".live");
    if (live.textContent !== text) live.textContent = text;
  }

  /** @param {string} selector @returns {HTMLElement} */
  find(selector) {
    return /** @type {HTMLElement} */ (this.element.querySelector(selector));
  }

  /** @param {string} selector */
  input(selector) {
    return /** @type {HTMLInputElement} */ (this.find(selector));
  }
}
