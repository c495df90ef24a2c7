/**
 * The player: a song's document brought to sound and sight in an element of any page.
 *
 * One clock tells which note it is; sound is scheduled ahead by it, and whatever is shown follows what is heard. The
 * page is touched only when a note begins.
 */

import { Clock, FASTEST_TEMPO, SLOWEST_TEMPO, minutes } from "./clock.js";
import { Keyboard } from "./keyboard.js";
import { Score } from "./score.js";
import { fromBase64, matrasOf } from "./song.js";
import { Sound } from "./sound.js";
import { Typing } from "./typing.js";

/** @typedef {import("./song.js").SongDocument} SongDocument */
/**
 * @typedef {object} Position where the song is
 * @property {boolean} playing
 * @property {number} note the note that sounds, counted from 0
 * @property {number} avartan its number, as the score counts
 * @property {number} matra counted from 1
 * @property {number} seconds from the song's beginning, at the tempo that is set
 * @property {number} duration of the whole song in seconds, at that tempo
 */

const AHEAD_SECONDS = 1.6; // scheduled ahead: hidden pages wake once a second
const WAKE_SECONDS = 0.5;
const DIGITS_BEFORE = 14;
const DIGITS_AFTER = 7;
const BYTES_SHOWN = 6;
const TONICS = [38, 62]; // D2 to D4: what the reeds reach
const TEMPO_STEP = 1.05946; // twelve steps double it

const MARKUP = `
<header class="head"><h1></h1><p class="about"></p></header>
<section class="score" aria-label="Score"><div class="frame" tabindex="0" role="group" aria-label="Score, an avartan a row"></div></section>
<section class="now" aria-label="Now">
  <div class="tala" aria-hidden="true"></div>
  <div class="said" aria-hidden="true"><span class="swara"></span><span class="name"></span></div>
  <p class="stream" aria-hidden="true"><span class="before"></span><em></em><span class="after"></span></p>
  <div class="keys"></div>
</section>
<section class="program" aria-label="Program">
  <header><h2>The program inside</h2><button type="button" class="copy" disabled>Copy</button></header>
  <div class="frame" tabindex="0" role="group" aria-label="Program so far"></div>
  <p class="bytes"><span class="count"></span><code class="hex"></code></p>
  <p class="sum"></p>
</section>
<section class="controls" aria-label="Player">
  <div class="transport">
    <button type="button" class="back" aria-label="Back"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 5v14M19 5L9 12l10 7z"/></svg></button>
    <button type="button" class="play" aria-label="Play"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="to-play" d="M7 4l13 8-13 8z"/><path class="to-pause" d="M7 4v16M17 4v16"/></svg></button>
    <button type="button" class="forward" aria-label="Forward"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M17 5v14M5 5l10 7-10 7z"/></svg></button>
    <p class="position"><span class="place"></span> <span class="time"></span></p>
    <input type="range" class="seek" step="1">
  </div>
  <div class="settings">
    <label>Tempo <span class="stepper"><button type="button" class="slower" aria-label="Slower">−</button><output class="tempo"></output><button type="button" class="faster" aria-label="Faster">+</button></span></label>
    <label>Sa <select class="tonic"></select></label>
    <label>Script <select class="script"></select></label>
    <label>Tuning <select class="tuning"></select></label>
    <label>Loop <select class="loop"><option value="0">off</option><option value="1">this one</option><option value="4">four</option><option value="-1">all</option></select></label>
    <label class="check"><input type="checkbox" class="tanpura"> Tanpura</label>
    <p class="hint"><kbd>space</kbd> plays, <kbd>←</kbd> <kbd>→</kbd> seek, <kbd>+</kbd> <kbd>−</kbd> tempo</p>
  </div>
  <p class="live" role="status"></p>
</section>`;

/**
 * Mount a player in an element, whose content it replaces. Nothing sounds before `play`, which a browser allows after
 * the user has clicked or pressed a key somewhere.
 * @param {HTMLElement | null} element
 * @param {SongDocument} song
 */
export function mount(element, song) {
  if (!element) throw new TypeError("a player is mounted in an element");
  return new Player(element, song);
}

export class Player {
  /** @param {HTMLElement} element @param {SongDocument} song */
  constructor(element, song) {
    this.element = element;
    element.classList.add("primesong");
    element.innerHTML = MARKUP;
    this.stopListening = new AbortController();
    /** @type {Sound | null} */
    this.sound = null;
    this.drone = false;
    this._listen();
    this._set(song);
  }

  /** Show another song, from its beginning, standing still. @param {SongDocument} song */
  load(song) {
    this._silence();
    this._set(song);
  }

  /** Play from where it stands. Resolves when it sounds. */
  async play() {
    if (this.clock.running) return;
    this.sound ??= this._makeSound();
    const { sound } = this;
    await Promise.all([sound.ready, sound.context.resume()]);
    if (this.clock.running || this.sound !== sound) return;
    if (this.clock.overAt(0)) this.clock.seek(0, 0);
    this.clock.start(sound.context.currentTime + 0.05);
    this.passed = Math.ceil(this.clock.passedAt(sound.context.currentTime) - 1e-6);
    sound.setDrone(this.drone);
    this.element.classList.add("playing");
    this._find(".play").setAttribute("aria-label", "Pause");
    this._schedule();
    this._follow();
  }

  /** Stand still. */
  pause() {
    if (!this.clock.running || !this.sound) return;
    this.clock.stop(this.sound.heardTime);
    this.clock.seek(this.clock.noteAt(0), 0);
    this._rest();
    this._say(`Paused at ${this._place()}`);
  }

  /** Go to the beginning of an avartan, by its number. @param {number} avartan */
  seek(avartan) {
    this.seekNote((avartan - this.song.firstAvartan) * this.matras);
  }

  /** Go to a note, counted from 0. @param {number} note */
  seekNote(note) {
    const target = Math.min(Math.max(Math.round(note), 0), this.song.digits.length - 1);
    const { loop } = this.clock;
    this.clock.seek(target, this._now());
    if (loop && (target < loop[0] || target >= loop[1])) this._loop(target);
    this._again();
    if (!this.clock.running) this._say(this._place());
  }

  /** @param {number} tempo beats of four notes a minute */
  setTempo(tempo) {
    this.clock.setTempo(tempo, this._now());
    this._again();
    this._showTempo();
  }

  /** @param {number} tonic Sa's MIDI note number */
  setTonic(tonic) {
    this.tonic = tonic;
    this.keyboard.setTonic(tonic);
    if (this.sound) {
      this.sound.tonic = tonic;
      if (this.clock.running) this.sound.setDrone(this.drone);
      this._again();
    }
    this._about();
  }

  /** @param {string} script one of the document's */
  setScript(script) {
    this.script = script;
    this.keyboard.setScript(script);
    this.score.setScript(script);
    this._show(this.shown, false);
  }

  /** @param {string} tuning one of the document's */
  setTuning(tuning) {
    this.tuning = tuning;
    if (this.sound) {
      this.sound.tuning = tuning;
      this._again();
    }
  }

  /** @param {boolean} on */
  setTanpura(on) {
    this.drone = on;
    if (this.clock.running) this.sound?.setDrone(on);
  }

  /** Repeat so many avartans from the current one on; all for -1, none for 0. @param {number} avartans */
  setLoop(avartans) {
    this.loopLength = avartans;
    this._loop(this.clock.noteAt(this._now()));
    this._again();
  }

  /** Tell where the song is. @returns {Position} */
  position() {
    const time = this._now();
    const note = this.clock.noteAt(time);
    return {
      playing: this.clock.running,
      note,
      avartan: this.song.firstAvartan + Math.floor(note / this.matras),
      matra: (note % this.matras) + 1,
      seconds: this.clock.placeAt(time) * this.clock.noteSeconds,
      duration: this.song.digits.length * this.clock.noteSeconds,
    };
  }

  /** Fall silent, and leave the element empty. */
  destroy() {
    this._silence();
    this.score.destroy();
    this.stopListening.abort();
    this.element.replaceChildren();
    this.element.classList.remove("primesong", "playing");
  }

  // What is set up once.

  /** @param {SongDocument} song */
  _set(song) {
    this.score?.destroy();
    this.song = song;
    this.matras = matrasOf(song);
    this.avartans = Math.ceil(song.digits.length / this.matras);
    this.clock = new Clock(song.digits.length, song.tempo);
    this.tonic = song.tonic;
    this.tuning = song.tuning;
    this.script = song.script;
    this.loopLength = 0;
    this.shown = 0;
    this.passed = 0;
    this.certain = song.number ? fromBase64(song.number.bytes) : new Uint8Array();
    this.score = new Score(this._find(".score .frame"), song, (note) => this.seekNote(note));
    this.keyboard = new Keyboard(this._find(".keys"), song);
    this.typing = new Typing(this._find(".program .frame"), song);

    this._find("h1").textContent = song.title;
    this._find(".tala").replaceChildren(...song.tala.vibhags.map((length, vibhag) => {
      const group = document.createElement("span");
      group.dataset.mark = song.tala.marks[vibhag];
      group.append(...Array.from({ length }, () => document.createElement("i")));
      return group;
    }));
    const seek = this._input(".seek");
    seek.min = String(song.firstAvartan);
    seek.max = String(song.firstAvartan + this.avartans - 1);
    seek.setAttribute("aria-label", `${song.tala.cycle}`);
    this._find(".back").setAttribute("aria-label", `Back one ${song.tala.cycle}`);
    this._find(".forward").setAttribute("aria-label", `Forward one ${song.tala.cycle}`);
    const tonics = new Set([song.tonic]);
    for (let tonic = TONICS[0]; tonic <= TONICS[1]; tonic += 1) tonics.add(tonic);
    const named = [...tonics].sort((one, other) => one - other).map((tonic) => [String(tonic), this._tonicName(tonic)]);
    this._options(".tonic", named, String(song.tonic));
    this._options(".script", Object.keys(song.scripts).map((name) => [name, name]), song.script);
    this._options(".tuning", Object.keys(song.tunings).map((name) => [name, name]), song.tuning);
    this._select(".loop").value = "0";
    this._find(".sum").textContent = song.program ? `SHA-256 ${song.program.sha256}` : "No program is in this song.";
    this.element.classList.toggle("empty", !song.program);
    this._about();
    this._showTempo();
    this._show(0, false);
  }

  /** @param {string} selector @param {string[][]} options value and text @param {string} value */
  _options(selector, options, value) {
    const select = this._select(selector);
    select.replaceChildren(...options.map(([name, text]) => new Option(text, name)));
    select.value = value;
  }

  _listen() {
    const { signal } = this.stopListening;
    /** @type {(selector: string, type: string, action: (value: string) => void) => void} */
    const on = (selector, type, action) => {
      const control = /** @type {HTMLInputElement} */ (this._find(selector));
      control.addEventListener(type, () => action(control.value), { signal });
    };
    on(".play", "click", () => this._toggle());
    on(".back", "click", () => this._step(-1));
    on(".forward", "click", () => this._step(1));
    on(".seek", "input", (value) => this.seek(Number(value)));
    on(".slower", "click", () => this._faster(1 / TEMPO_STEP));
    on(".faster", "click", () => this._faster(TEMPO_STEP));
    on(".tonic", "change", (value) => this.setTonic(Number(value)));
    on(".script", "change", (value) => this.setScript(value));
    on(".tuning", "change", (value) => this.setTuning(value));
    on(".loop", "change", (value) => this.setLoop(Number(value)));
    on(".tanpura", "change", () => this.setTanpura(this._input(".tanpura").checked));
    on(".copy", "click", () => void this._copy());
    document.addEventListener("keydown", (event) => this._key(event), { signal });
    document.addEventListener("visibilitychange", () => this._follow(), { signal });
  }

  // Keys, buttons.

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = /** @type {Element} */ (event.target);
    const typed = at.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (typed || (event.key === " " && at.closest("button, input, a, summary"))) return;
    if (at.closest("dialog")) return;
    /** @type {Record<string, () => void>} */
    const actions = {
      " ": () => this._toggle(),
      ArrowLeft: () => this._step(-1),
      ArrowRight: () => this._step(1),
      Home: () => this.seek(this.song.firstAvartan),
      End: () => this.seek(this.song.firstAvartan + this.avartans - 1),
      "+": () => this._faster(TEMPO_STEP),
      "=": () => this._faster(TEMPO_STEP),
      "-": () => this._faster(1 / TEMPO_STEP),
    };
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  }

  _toggle() {
    if (this.clock.running) this.pause();
    else void this.play();
  }

  /** @param {number} avartans */
  _step(avartans) {
    this.seek(this.position().avartan + avartans);
  }

  /** @param {number} factor */
  _faster(factor) {
    this.setTempo(Math.round(this.clock.tempo * factor * 10) / 10);
    this._say(this._find(".tempo").textContent ?? "");
  }

  async _copy() {
    await navigator.clipboard.writeText(this.typing.text);
    this._say("Copied");
  }

  // Sound.

  _makeSound() {
    const sound = new Sound(this.song);
    sound.tonic = this.tonic;
    sound.tuning = this.tuning;
    return sound;
  }

  /** The time that the clock goes by: what is heard. */
  _now() {
    return this.clock.running && this.sound ? this.sound.heardTime : 0;
  }

  /** Repeat from the avartan of a note on, as is set. @param {number} note */
  _loop(note) {
    const end = this.song.digits.length;
    const first = this.loopLength < 0 ? 0 : Math.floor(note / this.matras) * this.matras;
    const last = this.loopLength < 0 ? end : Math.min(first + this.loopLength * this.matras, end);
    this.clock.setLoop(this.loopLength ? [first, last] : null, this._now());
  }

  /** Schedule again all that has not begun, and show where the song is. */
  _again() {
    if (this.clock.running && this.sound) {
      this.sound.hush();
      this.passed = Math.floor(this.clock.passedAt(this.sound.heardTime) + 1e-6);
      this._schedule();
    }
    this._follow();
  }

  /** Hand over to the sound what begins soon, and come back in time for the rest. */
  _schedule() {
    clearTimeout(this.waking);
    if (!this.clock.running || !this.sound) return;
    const { context } = this.sound;
    const until = this.clock.passedAt(context.currentTime + AHEAD_SECONDS);
    for (; this.passed <= until; this.passed += 1) {
      if (!this.clock.loop && this.passed >= this.song.digits.length) break;
      const begins = this.clock.timeOf(this.passed);
      const late = Math.max(context.currentTime + 0.003 - begins, 0);
      const seconds = this.clock.noteSeconds - late;
      if (seconds > 0.02 || !late) {
        this.sound.play(this.song.digits[Math.floor(this.clock.fold(this.passed) + 1e-6)], begins + late, seconds);
      }
    }
    this.waking = setTimeout(() => this._schedule(), WAKE_SECONDS * 1000);
  }

  /** Let nothing sound, and nothing wait. */
  _rest() {
    clearTimeout(this.waking);
    clearTimeout(this.following);
    this.sound?.hush();
    this.sound?.setDrone(false);
    this.element.classList.remove("playing");
    this._find(".play").setAttribute("aria-label", "Play");
    this._follow();
  }

  _silence() {
    this.clock.running = false;
    this._rest();
    this.sound?.close();
    this.sound = null;
  }

  // Sight.

  /** Show the note that is heard, and come back when the next one begins. */
  _follow() {
    clearTimeout(this.following);
    const time = this._now();
    const note = this.clock.noteAt(time);
    if (note !== this.shown) this._show(note, note === this.shown + 1);
    if (!this.clock.running) return;
    if (this.clock.overAt(time)) {
      this.clock.stop(time);
      this._rest();
      this._say("The song is over");
      return;
    }
    const next = this.clock.timeOf(Math.floor(this.clock.passedAt(time) + 1e-6) + 1);
    this.following = setTimeout(() => this._follow(), Math.max((next - time) * 1000, 4));
  }

  /** @param {number} note @param {boolean} onward whether it is the next one, so that the score may glide */
  _show(note, onward) {
    this.shown = note;
    const { song } = this;
    const digit = song.digits[note];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.score.light(note, onward && !still);
    this.keyboard.press(digit);
    this.typing.show(note + 1);

    const matras = this._find(".tala").querySelectorAll("i");
    matras.forEach((matra, place) => matra.classList.toggle("on", place === note % this.matras));
    this._find(".said .swara").textContent = song.scripts[this.script][digit];
    this._find(".said .name").textContent = song.names[digit];
    this._find(".before").textContent = song.digits.slice(Math.max(note - DIGITS_BEFORE, 0), note);
    this._find(".stream em").textContent = digit;
    this._find(".after").textContent = song.digits.slice(note + 1, note + 1 + DIGITS_AFTER);

    const place = `${song.tala.cycle} ${this._avartan()} of ${song.firstAvartan + this.avartans - 1}`;
    this._find(".place").textContent = `${place}, matra ${(note % this.matras) + 1}`;
    this._showTime();
    const seek = this._input(".seek");
    if (document.activeElement !== seek || this.clock.running) seek.value = String(this._avartan());
    seek.setAttribute("aria-valuetext", place);
    if (song.number) this._showBytes(song.number.certain[note + 1]);
    /** @type {HTMLButtonElement} */ (this._find(".copy")).disabled = !this.typing.complete;
    this.element.classList.toggle("complete", this.typing.complete);
  }

  /** @param {number} certain */
  _showBytes(certain) {
    const last = this.certain.subarray(Math.max(certain - BYTES_SHOWN, 0), certain);
    const hex = Array.from(last, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    this._find(".count").textContent = `${certain.toLocaleString("en")} of ${this.certain.length.toLocaleString("en")} bytes are certain`;
    this._find(".hex").textContent = hex;
  }

  _showTime() {
    const { noteSeconds } = this.clock;
    this._find(".time").textContent =
      `${minutes(this.shown * noteSeconds)} of ${minutes(this.song.digits.length * noteSeconds)}`;
  }

  _showTempo() {
    const { tempo } = this.clock;
    this._find(".tempo").textContent = `${Math.round(tempo * 10) / 10}`;
    this._button(".slower").disabled = tempo <= SLOWEST_TEMPO;
    this._button(".faster").disabled = tempo >= FASTEST_TEMPO;
    this._showTime();
    this._about();
  }

  _about() {
    const { song } = this;
    const tala = song.tala.marks.some(Boolean) ? ` · ${song.tala.name}` : "";
    const written = this.tonic === song.tonic ? "" : `, written on ${this._tonicName(song.tonic)}`;
    this._find(".about").textContent =
      `${song.digits.length.toLocaleString("en")} notes${tala} · Sa is ${this._tonicName(this.tonic)}${written}`;
  }

  /** @param {number} tonic */
  _tonicName(tonic) {
    return `${this.song.keys[tonic % 12]}${Math.floor(tonic / 12) - 1}`;
  }

  _avartan() {
    return this.song.firstAvartan + Math.floor(this.shown / this.matras);
  }

  _place() {
    return `${this.song.tala.cycle} ${this._avartan()}, matra ${(this.shown % this.matras) + 1}`;
  }

  /** Tell those who do not see. @param {string} text */
  _say(text) {
    this._find(".live").textContent = text;
  }

  /** @param {string} selector @returns {HTMLElement} */
  _find(selector) {
    return /** @type {HTMLElement} */ (this.element.querySelector(selector));
  }

  /** @param {string} selector */
  _button(selector) {
    return /** @type {HTMLButtonElement} */ (this._find(selector));
  }

  /** @param {string} selector */
  _input(selector) {
    return /** @type {HTMLInputElement} */ (this._find(selector));
  }

  /** @param {string} selector */
  _select(selector) {
    return /** @type {HTMLSelectElement} */ (this._find(selector));
  }
}
