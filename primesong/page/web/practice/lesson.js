/**
 * A lesson: some notes of a song to play, what was played of them, and what was wrong.
 *
 * In wait mode the lesson waits at each note until it is played. In tempo mode notes pass by a clock: a press belongs to
 * the note whose onset is nearest, and a note that half of its length has passed without it is missed. Places are counted
 * in notes as `Clock.passedAt` counts them, so that what a loop repeats is new each time.
 *
 * @typedef {{wrong: number, missed: number, right: number}} Tally
 */

export class Lesson {
  /** @type {Map<string, Tally>} by the digit that was to be played */
  byDigit = new Map();
  /** @type {Map<number, Tally>} by avartan, counted from 0 */
  byAvartan = new Map();
  /** @type {Set<number>} places that were played, in tempo mode */
  played = new Set();

  /**
   * @param {string} digits the song's @param {number} matras of an avartan
   * @param {number} first the first note @param {number} end the note before which the lesson ends
   * @param {boolean} loops whether it begins again at its end
   */
  constructor(digits, matras, first, end, loops) {
    this.digits = digits;
    this.matras = matras;
    this.first = first;
    this.end = end;
    this.loops = loops;
    this.place = first;
  }

  /** The note at a place. @param {number} place */
  noteAt(place) {
    return this.loops ? this.first + ((place - this.first) % (this.end - this.first)) : place;
  }

  /** The note that is next. */
  get note() {
    return this.noteAt(this.place);
  }

  /** Whether every note has been played or has passed. */
  get over() {
    return !this.loops && this.place >= this.end;
  }

  /** How much was played so far. @returns {Tally} */
  get total() {
    const sum = { right: 0, wrong: 0, missed: 0 };
    for (const tally of this.byAvartan.values()) {
      sum.right += tally.right;
      sum.wrong += tally.wrong;
      sum.missed += tally.missed;
    }
    return sum;
  }

  /** Play a digit, undefined if the key is none of the song's, in wait mode. @param {string | undefined} digit */
  strike(digit) {
    if (this.over) return false;
    const right = digit === this.digits[this.note];
    this._count(this.place, right ? "right" : "wrong");
    if (right) this.place += 1;
    return right;
  }

  /** Play a digit in tempo mode. @param {string | undefined} digit @param {number} passed the notes that have passed */
  strikeAt(digit, passed) {
    const place = Math.max(Math.round(passed), this.first);
    if (!this.loops && place >= this.end) return false;
    const right = digit === this.digits[this.noteAt(place)] && !this.played.has(place);
    this._count(place, right ? "right" : "wrong");
    if (right) this.played.add(place);
    return right;
  }

  /** Let notes pass in tempo mode; those not played are missed. @param {number} passed the notes that have passed */
  pass(passed) {
    if (this.loops && passed < this.place - 1) this._follow(passed);
    for (; !this.over && this.place + 0.5 <= passed; this.place += 1) {
      if (!this.played.delete(this.place)) this._count(this.place, "missed");
    }
  }

  /** Go on where a clock is that has begun to count again, as it does when its tempo is changed. @param {number} passed */
  _follow(passed) {
    this.place = Math.round(passed);
    this.played.clear();
  }

  /** @param {number} place @param {keyof Tally} how */
  _count(place, how) {
    const note = this.noteAt(place);
    const avartan = Math.floor(note / this.matras);
    for (const [table, key] of /** @type {[Map<string | number, Tally>, string | number][]} */ ([
      [this.byDigit, this.digits[note]],
      [this.byAvartan, avartan],
    ])) {
      const tally = table.get(key) ?? { right: 0, wrong: 0, missed: 0 };
      tally[how] += 1;
      table.set(key, tally);
    }
  }
}
