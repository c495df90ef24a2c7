/**
 * A harmonium's keyboard: from a C, two octaves and a third, or more for a raga that spans more. The song's ten notes
 * are named, the sounding key is down.
 */

import { spanOf } from "../song.js";
import { drawSwara, svg } from "./drawing.js";

/** The white keys of an octave, in semitones above C. */
const WHITE = [0, 2, 4, 5, 7, 9, 11];

/** The white keys, counted within an octave, that no black key follows: E and B. */
const NO_BLACK = [2, 6];

/** The width of a white key, in units of the drawing. */
const WIDTH = 24;

/** The height of a white key, in units of the drawing. */
const HEIGHT = 92;

/** The width of a black key, in units of the drawing. */
const BLACK_WIDTH = 14;

/** The height of a black key, in units of the drawing. */
const BLACK_HEIGHT = 56;

/** What is written on the computer's keys that play the ten notes, from the lowest: the row of the hands' rest. */
export const FINGERS = "asdfghjkl;";

/** How long a key shows that it was pressed. */
const FLASH_MILLISECONDS = 220;

/** @typedef {import("../song.js").SongDocument} SongDocument */

export class Keyboard {
  /** @param {Element} frame @param {SongDocument} song */
  constructor(frame, song) {
    this.frame = frame;
    this.song = song;
    this.tonic = song.tonic;
    this.script = song.script;
    /** @type {Map<number, Element>} */
    this.keys = new Map();
    this.down = "";
    this.span = spanOf(song);
    // the lowest note may be the last key of its octave
    this.whites = Math.ceil(((this.span.semitones + 12) * WHITE.length) / 12);
    this.next = "";
    this._draw();
  }

  /** @param {number} tonic */
  setTonic(tonic) {
    this.tonic = tonic;
    this._draw();
  }

  /** @param {string} script */
  setScript(script) {
    this.script = script;
    this._draw();
  }

  /** Press the key of a digit, and release the last one. @param {string} digit */
  press(digit) {
    this._toggle(this.down, false);
    this.down = digit;
    this._toggle(digit, true);
  }

  /** Mark the key of the digit to play next; none for an empty one. @param {string} digit */
  setNext(digit) {
    this.next = digit;
    for (const [note, key] of this.keys) {
      key.classList.toggle("next", digit !== "" && note === this.tonic + this.song.heights[digit]);
    }
  }

  /** Show for a moment that a key was pressed. @param {number} note @param {boolean} right */
  flash(note, right) {
    const key = this.keys.get(note);
    key?.classList.add(right ? "right" : "wrong");
    setTimeout(() => key?.classList.remove("right", "wrong"), FLASH_MILLISECONDS);
  }

  /** @param {string} digit @param {boolean} on */
  _toggle(digit, on) {
    this.keys.get(this.tonic + this.song.heights[digit])?.classList.toggle("down", on);
  }

  _draw() {
    this.keys.clear();
    const lowest = Math.floor((this.tonic + this.span.lowest) / 12) * 12;
    const digits = new Map(Object.entries(this.song.heights).map(([digit, height]) => [this.tonic + height, digit]));
    const drawing = svg("svg", {
      viewBox: `0 0 ${this.whites * WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": `harmonium keyboard, Sa on ${this.song.keys[this.tonic % 12]}`,
    });
    const whites = svg("g", {});
    const blacks = svg("g", {});
    for (let place = 0; place < this.whites; place += 1) {
      const note = lowest + 12 * Math.floor(place / 7) + WHITE[place % 7];
      whites.append(this._key(note, "white", place * WIDTH, WIDTH, HEIGHT, digits.get(note)));
      if (!NO_BLACK.includes(place % 7) && place + 1 < this.whites) {
        const x = (place + 1) * WIDTH - BLACK_WIDTH / 2;
        blacks.append(this._key(note + 1, "black", x, BLACK_WIDTH, BLACK_HEIGHT, digits.get(note + 1)));
      }
    }
    drawing.append(whites, blacks);
    this.frame.replaceChildren(drawing);
    this._toggle(this.down, true);
    this.setNext(this.next);
  }

  /** Count the song's notes below a digit's. @param {string} digit */
  _rankOf(digit) {
    const { heights } = this.song;
    return Object.values(heights).filter((height) => height < heights[digit]).length;
  }

  /**
   * @param {number} note @param {string} color @param {number} x @param {number} width @param {number} height
   * @param {string | undefined} digit
   */
  _key(note, color, x, width, height, digit) {
    const key = svg("g", { class: `key ${color}${note === this.tonic ? " sa" : ""}`, "data-midi": note });
    key.append(svg("rect", { x: x + 0.5, y: -4, width: width - 1, height: height + 3, rx: 3 }));
    if (digit !== undefined) {
      const word = this.song.scripts[this.script][digit];
      const lang = this.song.languages[this.script];
      key.append(...drawSwara(this.song, word, { x: x + width / 2, y: height - 9, lang }));
      const finger = FINGERS[this._rankOf(digit)];
      key.append(svg("text", { class: "finger", x: x + width / 2, y: height - 24 }, finger));
    }
    this.keys.set(note, key);
    return key;
  }
}
