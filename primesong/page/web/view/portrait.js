/**
 * The number as a picture: a colored square for each digit, the higher the swara the cooler, and beside it what the
 * digits fix, a square each: the number's bits, and its QR code. What has not been played is faint, or not there yet.
 */

import { fromBase64, spanOf } from "../song.js";

/** @typedef {import("../song.js").SongDocument} SongDocument */

/** The hue of the lowest swara, in degrees: red. */
const LOW_HUE = 8;

/** The hue of the highest swara, in degrees: blue. */
const HIGH_HUE = 250;

/** How opaque a digit is that has not been played yet, of 1. */
const FAINT = 0.16;

const BITS = 8;

/** The space that a QR code needs around it, in modules. */
const QUIET = 4;

export class Portrait {
  /** @param {HTMLElement} frame @param {SongDocument} song */
  constructor(frame, song) {
    this.song = song;
    this.bytes = song.number ? fromBase64(song.number.bytes) : new Uint8Array();
    this.side = Math.ceil(Math.sqrt(song.digits.length));
    this.bitSide = BITS * Math.ceil(Math.sqrt(this.bytes.length / BITS));
    this.digits = canvas(this.side, Math.ceil(song.digits.length / this.side), "The digits as colored squares");
    this.bits = canvas(this.bitSide, Math.ceil((this.bytes.length * BITS) / (this.bitSide || 1)), "The number’s bits");
    const codeSide = song.code ? song.code.side + 2 * QUIET : 0;
    this.code = canvas(codeSide, codeSide, "The number’s QR code, as far as the digits fix it");
    this.modules = song.code ? darkModules(song.code) : [];
    this.drawn = 0;
    this.played = 0;
    this.certain = 0;
    frame.replaceChildren(
      figure(this.digits, "digits"),
      ...(song.number ? [figure(this.bits, "the bits they fix")] : []),
      ...(song.code ? [figure(this.code, "the number’s QR code")] : []),
    );
    this._draw(0, song.digits.length, FAINT);
  }

  /** Light up the first digits, and the bits that they fix. @param {number} digits how many */
  show(digits) {
    const certain = this.song.number?.certain[digits] ?? 0;
    if (digits < this.played) {
      this.digits.clearRect(0, 0, this.side, this.side);
      this._draw(0, this.song.digits.length, FAINT);
      this.bits.clearRect(0, 0, this.bits.canvas.width, this.bits.canvas.height);
      this.played = this.certain = this.drawn = 0;
    }
    this._draw(this.played, digits, 1);
    this._drawBits(this.certain, certain);
    this._drawCode(digits);
    this.played = digits;
    this.certain = certain;
  }

  /** @param {number} first @param {number} end @param {number} opacity */
  _draw(first, end, opacity) {
    const { heights, digits } = this.song;
    const { lowest, semitones } = spanOf(this.song);
    this.digits.globalAlpha = opacity;
    for (let place = first; place < end; place += 1) {
      const share = (heights[digits[place]] - lowest) / semitones;
      this.digits.fillStyle = `hsl(${LOW_HUE + (HIGH_HUE - LOW_HUE) * share} 65% 50%)`;
      this.digits.fillRect(place % this.side, Math.floor(place / this.side), 1, 1);
    }
  }

  /** @param {number} first @param {number} end in bytes */
  _drawBits(first, end) {
    for (let bit = first * BITS; bit < end * BITS; bit += 1) {
      this.bits.fillStyle = bitAt(this.bytes, bit) ? "#c2571f" : "#e9d9bd";
      this.bits.fillRect(bit % this.bitSide, Math.floor(bit / this.bitSide), 1, 1);
    }
  }

  /** Draw the modules that the first digits fix, on white. @param {number} digits how many */
  _drawCode(digits) {
    if (!this.drawn) {
      this.code.fillStyle = "white";
      this.code.fillRect(0, 0, this.code.canvas.width, this.code.canvas.height);
    }
    this.code.fillStyle = "black";
    for (; this.modules[this.drawn]?.fixed <= digits; this.drawn += 1) {
      const { x, y } = this.modules[this.drawn];
      this.code.fillRect(x, y, 1, 1);
    }
  }
}

/**
 * List a QR code's dark modules, those first that the fewest digits fix.
 * @param {NonNullable<SongDocument["code"]>} code
 */
function darkModules({ side, modules, steps }) {
  const bits = fromBase64(modules);
  let fixed = 0;
  return steps
    .map((step, place) => {
      fixed += step;
      const dark = bitAt(bits, place);
      return { fixed, dark, x: QUIET + Math.floor(place / side), y: QUIET + (place % side) };
    })
    .filter(({ dark }) => dark)
    .sort((one, other) => one.fixed - other.fixed);
}

/** Return a bit, counted from the first byte's highest. @param {Uint8Array} bytes @param {number} place */
function bitAt(bytes, place) {
  return (bytes[Math.floor(place / BITS)] >> (BITS - 1 - (place % BITS))) & 1;
}

/** Make a canvas with a square a pixel; return what draws on it. @param {number} width @param {number} height @param {string} label */
function canvas(width, height, label) {
  const element = document.createElement("canvas");
  element.width = width;
  element.height = height;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  return /** @type {CanvasRenderingContext2D} */ (element.getContext("2d"));
}

/** @param {CanvasRenderingContext2D} drawing @param {string} caption */
function figure(drawing, caption) {
  const element = document.createElement("figure");
  const words = document.createElement("figcaption");
  words.textContent = caption;
  element.append(drawing.canvas, words);
  return element;
}
