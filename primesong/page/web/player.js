/**
 * The player: a song's document, heard and seen in an element of any page.
 *
 * One clock says which note it is. Sound is scheduled ahead by it, and what is shown follows what is heard. The page is
 * changed only when a note begins.
 */

import { Clock } from "./clock.js";
import { Display } from "./display.js";
import { Sound } from "./sound.js";

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

/** How far ahead sound is scheduled: hidden pages wake once a second. */
const AHEAD_SECONDS = 1.6;

/** How often more is scheduled. */
const WAKE_SECONDS = 0.5;

/** How soon the first note sounds: it is scheduled a little ahead of now. */
const START_SECONDS = 0.05;

/** The shortest rest of a late note that is worth playing. */
const SHORTEST_SECONDS = 0.02;

/** By which factor a key changes the tempo: twelve steps double it. */
const TEMPO_STEP = 2 ** (1 / 12);

/**
 * Mount a player in an element, whose content it replaces. Nothing sounds before `play`, which a browser allows once
 * the user has clicked or pressed a key.
 * @param {HTMLElement | null} element
 * @param {SongDocument} song
 */
export function mount(element, song) {
  if (!element) throw new TypeError("expected an element to mount the player in");
  return new Player(element, song);
}

class Player {
  /** @type {SongDocument} */ song;
  /** @type {Clock} */ clock;
  /** @type {Display} */ display;
  /** @type {AbortController} */ listening;
  /** @type {Sound | null} */ sound = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ waking;
  /** The frame that is waited for, while it plays. */
  following = 0;
  /** The next note to schedule, counted as if nothing repeated. */
  passed = 0;
  loopLength = 0;
  drone = false;
  tabla = false;
  tuning = "";

  /** @param {HTMLElement} element @param {SongDocument} song */
  constructor(element, song) {
    this.element = element;
    this._set(song);
  }

  /** Show another song from its beginning, paused. @param {SongDocument} song */
  load(song) {
    this.destroy();
    this._set(song);
  }

  /** Play from the current place. Resolves when it sounds, rejects if the browser cannot play sound. */
  async play() {
    this.sound ??= this._makeSound();
    const { sound } = this;
    await Promise.all([sound.ready, sound.context.resume()]);
    if (this.clock.running || this.sound !== sound) return;
    if (this.clock.overAt(0)) this.clock.seek(0, 0);
    this.clock.start(sound.context.currentTime + START_SECONDS);
    this.display.setPlaying(true);
    sound.setDrone(this.drone);
    this._reschedule();
  }

  /** Pause at the beginning of the note that sounds. */
  pause() {
    if (!this.clock.running) return;
    this.clock.seek(this.clock.noteAt(this._now()), this._now());
    this._rest();
    this._sayPlace("Paused at ");
  }

  /** Go to the beginning of an avartan, by its number. @param {number} avartan */
  seek(avartan) {
    this.seekNote((avartan - this.song.firstAvartan) * this.display.matras);
  }

  /** Go to a note, counted from 0. @param {number} note */
  seekNote(note) {
    const target = Math.min(Math.max(Math.round(note), 0), this.song.digits.length - 1);
    const { loop } = this.clock;
    this.clock.seek(target, this.clock.running && this.sound ? this.sound.context.currentTime + START_SECONDS : 0);
    if (loop && (target < loop[0] || target >= loop[1])) this._loopFrom(target);
    this._reschedule();
    if (!this.clock.running) this._sayPlace("");
  }

  /** @param {number} tempo beats of four notes a minute, 5 to 960 */
  setTempo(tempo) {
    this.clock.setTempo(tempo, this._now());
    this._reschedule();
  }

  /** @param {number} tonic Sa's MIDI note number */
  setTonic(tonic) {
    this.display.setTonic(tonic);
    if (this.sound) {
      this.sound.tonic = tonic;
      if (this.clock.running) this.sound.setDrone(this.drone);
      this._reschedule();
    }
  }

  /**
   * Add the staff for another tonic. It is shown whenever Sa is that tonic.
   * @param {number} tonic @param {import("./song.js").Rows} score
   */
  addScore(tonic, score) {
    this.song.scores[tonic] = score;
    this.display.setTonic(this.display.tonic);
  }

  /** @param {string} script one of the document's */
  setScript(script) {
    this.display.setScript(script);
  }

  /** @param {string} tuning one of the document's */
  setTuning(tuning) {
    this.tuning = tuning;
    if (this.sound) {
      this.sound.tuning = tuning;
      this._reschedule();
    }
  }

  /** @param {boolean} on */
  setTanpura(on) {
    this.drone = on;
    if (this.clock.running) this.sound?.setDrone(on);
  }

  /** @param {boolean} on */
  setTabla(on) {
    this.tabla = on;
    this._reschedule();
  }

  /** Repeat avartans from the current one on. @param {number} avartans how many; -1 for all, 0 for none */
  setLoop(avartans) {
    this.loopLength = avartans;
    this._loopFrom(this.clock.noteAt(this._now()));
    this._reschedule();
  }

  /** Return where the song is. @returns {Position} */
  position() {
    const time = this._now();
    const note = this.clock.noteAt(time);
    return {
      playing: this.clock.running,
      note,
      avartan: this.song.firstAvartan + Math.floor(note / this.display.matras),
      matra: (note % this.display.matras) + 1,
      seconds: this.clock.placeAt(time) * this.clock.noteSeconds,
      duration: this.song.digits.length * this.clock.noteSeconds,
    };
  }

  /** Stop all sound and empty the element. */
  destroy() {
    this.listening.abort();
    this._rest();
    this.sound?.close();
    this.sound = null;
    this.display.destroy();
  }

  /** @param {SongDocument} song */
  _set(song) {
    this.song = song;
    this.tuning = song.tuning;
    this.loopLength = 0;
    this.drone = false;
    this.tabla = false;
    this.clock = new Clock(song.digits.length, song.tempo);
    this.display = new Display(this.element, song, (note) => this.seekNote(note));
    this.listening = new AbortController();
    this._listen();
    this._follow();
  }

  _listen() {
    const { signal } = this.listening;
    /** @type {(selector: string, type: string, action: (control: HTMLInputElement) => void) => void} */
    const on = (selector, type, action) => {
      const control = this.display.input(selector);
      control.addEventListener(type, () => action(control), { signal });
    };
    on(".play", "click", () => this._toggle());
    on(".back", "click", () => this._step(-1));
    on(".forward", "click", () => this._step(1));
    on(".more", "click", () => this.display.toggleSettings());
    on(".seek", "input", ({ value }) => this.seek(Number(value)));
    on(".slower", "click", () => this._faster(1 / TEMPO_STEP));
    on(".faster", "click", () => this._faster(TEMPO_STEP));
    on(".tonic", "change", ({ value }) => this.setTonic(Number(value)));
    on(".script", "change", ({ value }) => this.setScript(value));
    on(".tuning", "change", ({ value }) => this.setTuning(value));
    on(".loop", "change", ({ value }) => this.setLoop(Number(value)));
    on(".tanpura", "change", ({ checked }) => this.setTanpura(checked));
    on(".tabla", "change", ({ checked }) => this.setTabla(checked));
    on(".copy", "click", () => void this._copy());
    document.addEventListener("keydown", (event) => this._key(event), { signal });
    document.addEventListener("visibilitychange", () => this._follow(), { signal });
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = /** @type {Element} */ (event.target);
    if (at.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog")) return;
    if (event.key === " " && at.closest("button, input, a, summary")) return;
    const first = this.song.firstAvartan;
    /** @type {Record<string, () => void>} */
    const actions = {
      " ": () => this._toggle(),
      ArrowLeft: () => this._step(-1),
      ArrowRight: () => this._step(1),
      Home: () => this.seek(first),
      End: () => this.seek(this.display.lastAvartan),
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
    else this.play().catch((error) => this.display.warn(`The browser cannot play sound: ${error.message}`));
  }

  /** @param {number} avartans */
  _step(avartans) {
    this.seek(this.position().avartan + avartans);
  }

  /** @param {number} factor */
  _faster(factor) {
    this.setTempo(Math.round(this.clock.tempo * factor * 10) / 10);
    this.display.say(`${this.clock.tempo} beats a minute`);
  }

  async _copy() {
    try {
      await navigator.clipboard.writeText(this.display.typing.text);
      this.display.say("Copied");
    } catch {
      getSelection()?.selectAllChildren(this.display.typing.code);
      this.display.say("Selected; copy it with the keyboard");
    }
  }

  /** @param {string} before */
  _sayPlace(before) {
    this.display.say(`${before}${this.song.tala.cycle} ${this.display.avartan}${this.display.inCoda ? ", coda" : ""}`);
  }

  _makeSound() {
    const sound = new Sound(this.song);
    sound.tonic = this.display.tonic;
    sound.tuning = this.tuning;
    return sound;
  }

  /** The clock's time: that of what is heard. */
  _now() {
    return this.clock.running && this.sound ? this.sound.heardTime : 0;
  }

  /** Repeat from the avartan of a note on, for the length that is set. @param {number} note */
  _loopFrom(note) {
    const { matras } = this.display;
    const end = this.song.digits.length;
    const first = this.loopLength < 0 ? 0 : Math.floor(note / matras) * matras;
    const last = this.loopLength < 0 ? end : Math.min(first + this.loopLength * matras, end);
    this.clock.setLoop(this.loopLength ? [first, last] : null, this._now());
  }

  /** After a change, reschedule what has not begun and show where the song is. */
  _reschedule() {
    if (this.clock.running && this.sound) {
      this.sound.hush();
      this.passed = this.clock.begunAt(this.sound.heardTime);
      this._schedule();
    }
    this._follow();
  }

  /** Schedule what begins soon, and come back in time for what follows. */
  _schedule() {
    clearTimeout(this.waking);
    if (!this.clock.running || !this.sound) return;
    if (this.clock.overAt(this.sound.heardTime)) {
      this._rest();
      this.display.say("The song has ended");
      return;
    }
    const { context } = this.sound;
    const until = this.clock.passedAt(context.currentTime + AHEAD_SECONDS);
    for (; this.passed <= until; this.passed += 1) {
      const note = this.clock.fold(this.passed);
      if (note >= this.song.digits.length) break;
      const begins = this.clock.timeOf(this.passed);
      const late = Math.max(context.currentTime - begins, 0);
      const seconds = this.clock.noteSeconds - late;
      if (seconds >= SHORTEST_SECONDS || !late) this.sound.play(this.song.digits[note], begins + late, seconds);
      if (this.tabla) this.sound.strike(note % this.display.matras, begins, this.clock.noteSeconds);
    }
    const left = this.clock.timeOf(this.clock.notes) - this.sound.heardTime;
    const wait = this.clock.loop ? WAKE_SECONDS : Math.min(WAKE_SECONDS, Math.max(left, 0));
    this.waking = setTimeout(() => this._schedule(), wait * 1000);
  }

  /** Show the note that is heard, and those that follow. */
  _follow() {
    const note = this.clock.noteAt(this._now());
    if (note !== this.display.note) this.display.show(note, note === this.display.note + 1);
    this.display.showTime(this.clock.tempo, this.clock.noteSeconds);
    this._watch();
  }

  /** Check in every frame whether the next note has begun, so that every frame shows the note that is heard. */
  _watch() {
    cancelAnimationFrame(this.following);
    if (!this.clock.running) return;
    this.following = requestAnimationFrame(() => {
      if (this.clock.noteAt(this._now()) === this.display.note) this._watch();
      else this._follow();
    });
  }

  /** Stop, and fall silent. */
  _rest() {
    this.clock.stop(this._now());
    clearTimeout(this.waking);
    cancelAnimationFrame(this.following);
    this.sound?.hush();
    this.sound?.setDrone(false);
    this.display.setPlaying(false);
    this.display.show(this.clock.noteAt(0), false);
  }
}
