/**
 * The score: rows of staff notation, an avartan each, with the tala's marks above and the swaras below. A coda's notes
 * are faint and have no digits below them. Only the visible rows and a few around them are in the page. All rows have the
 * same height, so that nothing ever moves.
 */

import { matrasOf, numberNotes, unpackRow, widestWord } from "../song.js";
import { drawSwara, SVG, svg } from "./drawing.js";

/** The narrowest row of which two stand side by side, in pixels; all lengths here are for the default font size. */
const NARROWEST = 400;

/** The height of the tala's marks above the staff, in pixels. */
const MARK = 20;

/** The height of the swaras below it, in pixels. */
const SWARA = 30;

/** The height of the digits below them, in pixels. */
const DIGIT = 18;

/** The size of the swaras' letters, in pixels, unless the widest word then fills more than its share between two notes. */
const LETTERS = 16;

/** That share, of 1. */
const FILLED = 0.92;

/** How wide a letter is at most, as a multiple of its size. */
const LETTER_WIDTH = 0.62;

/** The space around a row, in pixels. */
const GAP = 10;

/** Browsers' default font size, in pixels. */
const DEFAULT_FONT_SIZE = 16;

/** How many rows are kept above and below the visible ones. */
const AROUND = 2;

/** @typedef {import("../song.js").SongDocument} SongDocument */

export class Score {
  /**
   * @param {HTMLElement} frame what scrolls
   * @param {SongDocument} song
   * @param {(note: number) => void} onPick called with a note that was clicked
   */
  constructor(frame, song, onPick) {
    this.frame = frame;
    this.song = song;
    this.script = song.script;
    this.tonic = song.tonic;
    this.matras = matrasOf(song);
    /** @type {Map<number, SVGElement>} */
    this.shown = new Map();
    this.note = -1;
    this.columns = 1;
    this.rowWidth = 0;
    this.rowHeight = 0;

    this.glyphs = svg("svg", { class: "glyphs", "aria-hidden": "true" });
    this._drawGlyphs();
    this.sheet = document.createElement("div");
    this.sheet.className = "sheet";
    frame.replaceChildren(this.glyphs, this.sheet);
    this._stop = new AbortController();
    const { signal } = this._stop;
    frame.addEventListener("scroll", () => this._fill(), { signal, passive: true });
    this.sheet.addEventListener(
      "click",
      (event) => {
        const at = /** @type {Element} */ (event.target).closest("[data-note]");
        if (at) onPick(Number(at.getAttribute("data-note")));
      },
      { signal },
    );
    this._observer = new ResizeObserver(() => this._layOut());
    this._observer.observe(frame);
  }

  destroy() {
    this._stop.abort();
    this._observer.disconnect();
  }

  /** The staff, engraved for the tonic. */
  get staff() {
    return this.song.scores[this.tonic];
  }

  /** Show the staff for another tonic, if it is engraved for that. @param {number} tonic */
  setTonic(tonic) {
    if (tonic === this.tonic || !this.song.scores[tonic]) return;
    this.tonic = tonic;
    this._drawGlyphs();
    this._layOut();
  }

  _drawGlyphs() {
    const outlines = Object.entries(this.staff.glyphs);
    this.glyphs.replaceChildren(...outlines.map(([id, d]) => svg("path", { id, d, transform: "scale(1,-1)" })));
  }

  /** Write the swaras in another script. @param {string} script */
  setScript(script) {
    this.script = script;
    this._clear();
    this._fill();
  }

  /** Highlight one note, and scroll to it. @param {number} note @param {boolean} smooth */
  light(note, smooth) {
    this._mark(this.note, false);
    this.note = note;
    this._reveal(smooth);
    this._mark(note, true);
  }

  /** @param {number} note @param {boolean} on */
  _mark(note, on) {
    const row = this.shown.get(Math.floor(note / this.matras));
    row?.querySelector(`#n${note}`)?.classList.toggle("lit", on);
    for (const mark of row?.querySelectorAll(`[data-note="${note}"]`) ?? []) mark.classList.toggle("lit", on);
    row?.classList.toggle("current", on);
  }

  _reveal(/** @type {boolean} */ smooth) {
    if (!this.rowHeight) return;
    const { scrollTop, clientHeight } = this.frame;
    const line = Math.floor(this.note / this.matras / this.columns);
    const top = line * this.rowHeight;
    const room = Math.max(Math.floor(clientHeight / this.rowHeight), 1);
    const fits = top >= scrollTop - 1 && top + this.rowHeight <= scrollTop + clientHeight + 1;
    const next = line + 1 < Math.ceil(this.staff.rows.length / this.columns);
    const comfortable = fits && (room < 3 || !next || top + 2 * this.rowHeight <= scrollTop + clientHeight + 1);
    if (!comfortable) {
      const before = room < 3 ? 0 : 1;
      this.frame.scrollTo({ top: (line - before) * this.rowHeight, behavior: smooth ? "smooth" : "instant" });
    }
    this._fill();
  }

  _layOut() {
    const width = this.sheet.clientWidth;
    if (!width) return;
    const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / DEFAULT_FONT_SIZE;
    this.columns = width < 2 * NARROWEST * scale ? 1 : 2;
    this.rowWidth = width / this.columns;
    const { above, below, width: units } = this.staff;
    const perPixel = units / (this.rowWidth - 2 * GAP);
    this.unit = perPixel * scale;
    this.rowHeight = Math.ceil((above + below) / perPixel + (MARK + SWARA + DIGIT + GAP) * scale);
    this.sheet.style.height = `${Math.ceil(this.staff.rows.length / this.columns) * this.rowHeight}px`;
    this._clear();
    if (this.note >= 0) this.light(this.note, false);
    else this._fill();
  }

  /** Return the size of letters at which the script's widest word fits between two notes. */
  _fitLetters() {
    const places = this.staff.places.slice(0, this.matras);
    const steps = places.slice(1).map((place, note) => place - places[note]);
    const room = (FILLED * Math.min(...steps)) / (this.unit ?? 1);
    return Math.min(LETTERS, room / (LETTER_WIDTH * widestWord(this.song, this.script)));
  }

  _clear() {
    this.shown.clear();
    this.sheet.replaceChildren();
  }

  _fill() {
    if (!this.rowHeight) return;
    const { scrollTop, clientHeight } = this.frame;
    const first = (Math.floor(scrollTop / this.rowHeight) - AROUND) * this.columns;
    const end = (Math.ceil((scrollTop + clientHeight) / this.rowHeight) + AROUND) * this.columns;
    for (const [number, row] of this.shown) {
      if (number < first || number >= end) {
        row.remove();
        this.shown.delete(number);
      }
    }
    for (let number = Math.max(first, 0); number < Math.min(end, this.staff.rows.length); number += 1) {
      if (!this.shown.has(number)) this._draw(number);
    }
  }

  /** @param {number} number */
  _draw(number) {
    const { song, unit = 1 } = this;
    const { above, below, width, places, shapes, rows } = this.staff;
    const first = number * this.matras;
    const digits = song.digits.slice(first, first + this.matras);
    const words = [...digits].map((digit) => song.scripts[this.script][digit]);
    const names = [...digits].map((digit) => song.names[digit]);
    const lang = song.languages[this.script];
    const coda = Math.max(numberNotes(song) - first, 0);
    const ending = coda < digits.length ? ", coda" : "";
    const top = -above - MARK * unit;
    const row = svg("svg", {
      class: "row",
      role: "img",
      viewBox: `0 ${top} ${width} ${above + below + (MARK + SWARA + DIGIT) * unit}`,
      "aria-label": `${song.tala.cycle} ${song.firstAvartan + number}${ending}: ${names.join(", ")}`,
    });
    row.style.width = `${this.rowWidth - 2 * GAP}px`;
    row.style.left = `${(number % this.columns) * this.rowWidth + GAP}px`;
    row.style.top = `${Math.floor(number / this.columns) * this.rowHeight}px`;
    row.style.setProperty("--unit", `${unit}px`);
    row.style.setProperty("--letters", `${this._fitLetters()}`);
    const staff = `<svg xmlns="${SVG}">${unpackRow(shapes, rows[number])}</svg>`;
    const parsed = new DOMParser().parseFromString(staff, "image/svg+xml");
    const drawing = document.importNode(parsed.documentElement.children[0], true);
    drawing.classList.add("staff");
    digits.split("").forEach((_, place) => {
      const note = first + place;
      const x = places[note];
      const left = place ? (x + places[note - 1]) / 2 : x - 250;
      const right = place + 1 < digits.length ? (x + places[note + 1]) / 2 : Math.min(x + 300, width);
      row.append(
        svg("rect", {
          class: "touch",
          x: left,
          y: top + MARK * unit,
          width: right - left,
          height: above + below + (SWARA + DIGIT) * unit,
          "data-note": note,
        }),
      );
    });
    row.append(svg("text", { class: "number", x: 0, y: top + 13 * unit }, `${song.firstAvartan + number}`), drawing);

    const y = below + SWARA * 0.7 * unit;
    let matra = 0;
    song.tala.vibhags.forEach((length, vibhag) => {
      const x = places[first + matra];
      if (matra < digits.length) {
        row.append(svg("text", { class: "mark", x, y: top + 13 * unit }, song.tala.marks[vibhag]));
        if (matra > 0) {
          const middle = (x + places[first + matra - 1]) / 2;
          row.append(svg("path", { class: "vibhag", d: `M${middle} ${below} v${(SWARA + DIGIT - 6) * unit}` }));
        }
      }
      matra += length;
    });
    words.forEach((word, place) => {
      const x = places[first + place];
      const note = first + place;
      const kind = place < coda ? "" : " coda";
      if (kind) drawing.querySelector(`#n${note}`)?.classList.add("coda");
      const label = place < coda ? digits[place] : place === coda ? "coda" : "";
      row.append(
        ...drawSwara(song, word, { class: `swara${kind}`, x, y, lang, "data-note": note }),
        svg("text", { class: `digit${kind}`, x: kind ? x - 100 : x, y: y + DIGIT * unit, "data-note": note }, label),
      );
    });
    this.sheet.append(row);
    this.shown.set(number, /** @type {SVGElement} */ (row));
    if (Math.floor(this.note / this.matras) === number) this._mark(this.note, true);
  }
}
