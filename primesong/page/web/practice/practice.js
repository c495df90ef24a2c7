/**
 * Practice: the listener plays the song. The next key is lit; the song waits for it, or keeps going in tempo; what was
 * wrong is counted, and what was played can be saved and, to its end, is the program.
 */

import { count } from "../clock.js";
import { numberNotes } from "../song.js";
import { FINGERS } from "../view/keyboard.js";
import { decodeDigits } from "./decode.js";
import { takeHands } from "./hands.js";
import { Lesson } from "./lesson.js";
import { writeMidi } from "./midi.js";
import { describeTally, draw, tabulate } from "./summary.js";

/** @typedef {import("../player.js").Player} Player */
/** @typedef {import("./midi.js").Played} Played */

/** How many matras pass before the first note, in tempo mode. */
const LEAD_MATRAS = 8;

/** How long a note sounds that is played, in seconds. */
const SOUNDING_SECONDS = 0.6;

/** How long a saved file is kept for the browser, in milliseconds. */
const KEPT = 60_000;

export class Practice {
  /** @type {Lesson | null} */ lesson = null;
  /** @type {AbortController | null} */ playing = null;
  /** @type {Played[]} */ performance = [];
  /** @type {Map<number, Played>} the keys that are down */
  held = new Map();
  /** The digits that were played right, in their order. */
  digits = "";

  /** @param {Player} player @param {AbortSignal} signal */
  constructor(player, signal) {
    this.player = player;
    const { display } = player;
    this.report = /** @type {HTMLDialogElement} */ (display.find(".report"));
    /** @type {[string, string, () => unknown][]} */
    const actions = [
      [".practice", "click", () => (this.lesson ? this.finish() : void this.begin())],
      [".mode", "change", () => void this.begin()],
      [".loop", "change", () => this.lesson && void this.begin()],
      [".finish", "click", () => this.finish()],
      [".save-played", "click", () => this._save()],
      [".report .close", "click", () => this.report.close()],
    ];
    for (const [selector, type, action] of actions) display.find(selector).addEventListener(type, action, { signal });
    signal.addEventListener("abort", () => this._end());
  }

  /** Whether the song keeps going in tempo. */
  get inTempo() {
    return this.player.display.input(".mode").value === "tempo";
  }

  /** Begin a lesson where the song is: of what is repeated, or up to the end. */
  async begin() {
    this._end();
    const { player } = this;
    const { display, clock, song } = player;
    player.pause();
    const note = clock.noteAt(0);
    const [first, end] = clock.loop ?? [note, song.digits.length];
    if (clock.loop || this.inTempo) player.seekNote(first);
    this.lesson = new Lesson(song.digits, display.matras, first, end, clock.loop !== null);
    this.performance = [];
    this.digits = "";
    this.playing = new AbortController();
    const { signal } = this.playing;
    display.setPractice(true);
    player.schedule.sings = false;
    player.onNote = (passed) => this._pass(passed);
    this._show();
    const fingers = {
      down: (/** @type {number} */ key) => this._press(key),
      up: (/** @type {number} */ key) => this._release(key),
    };
    const show = (/** @type {string[]} */ names) => {
      display.find(".hands").textContent = `Play on ${[...names, `${FINGERS} or the keys here`].join(", ")}.`;
    };
    show([]);
    // a browser may ask its user for the MIDI keyboards, and get no answer
    void takeHands(display.find(".keys"), () => this._notes(), fingers, signal).then(show);
    try {
      await (this.inTempo ? player.play(LEAD_MATRAS * clock.noteSeconds) : player.openSound());
    } catch {
      display.notify("There is no sound; the keys work without it");
    }
  }

  /** End the lesson, and say how it went. */
  finish() {
    const { lesson } = this;
    if (!lesson) return;
    this.player.pause();
    this._end();
    const { display, song } = this.player;
    display.find(".report .tally").textContent = describeTally(lesson.total);
    display.find(".report .picture").replaceChildren(draw(lesson, song));
    display.find(".report .table").replaceChildren(tabulate(lesson, song));
    display.find(".report .decoded").textContent = "";
    this.report.showModal();
    void this._decode();
  }

  /** The ten notes of the song, from the lowest. */
  _notes() {
    const { song, display } = this.player;
    return Object.values(song.heights)
      .sort((one, other) => one - other)
      .map((height) => display.tonic + height);
  }

  /** @param {number} key a MIDI note */
  _press(key) {
    const { player, lesson } = this;
    if (!lesson || lesson.over) return;
    const { heights } = player.song;
    const digit = Object.keys(heights).find((one) => player.display.tonic + heights[one] === key);
    const played = { note: key, begin: performance.now(), end: performance.now() };
    this.performance.push(played);
    this.held.set(key, played);
    if (digit !== undefined && player.sound?.decoded) {
      player.sound.play(digit, player.sound.context.currentTime, SOUNDING_SECONDS);
    }
    const right = this.inTempo ? lesson.strikeAt(digit, player.passed()) : lesson.strike(digit);
    if (right) this.digits += digit;
    player.display.keyboard.flash(key, right);
    this._show();
  }

  /** @param {number} key a MIDI note */
  _release(key) {
    const played = this.held.get(key);
    if (played) played.end = performance.now();
    this.held.delete(key);
  }

  /** @param {number} passed the notes that have passed */
  _pass(passed) {
    if (!this.lesson || !this.inTempo) return;
    this.lesson.pass(passed);
    this._show();
  }

  /** Show what is next, and the progress; end with the song. */
  _show() {
    const { lesson, player } = this;
    if (!lesson) return;
    player.display.find(".count").textContent = describeTally(lesson.total);
    if (lesson.over) {
      this.finish();
      return;
    }
    if (!this.inTempo && lesson.note !== player.display.note) player.seekNote(lesson.note);
    player.display.keyboard.setNext(player.song.digits[lesson.note]);
  }

  /** If the whole number was played, decode what was played. */
  async _decode() {
    const { song, display } = this.player;
    const size = numberNotes(song);
    if (!song.program || this.digits.length < size) return;
    const program = new TextDecoder().decode(await decodeDigits(this.digits.slice(0, size)));
    const same = program === display.typing.wholeText;
    const what = /gpt/i.test(song.title) ? "a GPT" : "a program";
    display.find(".report .decoded").textContent = same
      ? `You have just played ${what}: your notes are its ${count(display.typing.bytes.length)} bytes.`
      : "";
  }

  _save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([writeMidi(this.performance)], { type: "audio/midi" }));
    link.download = "played.mid";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
  }

  _end() {
    this.playing?.abort();
    this.playing = null;
    this.lesson = null;
    this.held.clear();
    const { player } = this;
    player.onNote = () => {};
    player.schedule.sings = true;
    player.display.setPractice(false);
    player.display.keyboard.setNext("");
  }
}
