/**
 * Time to note, and back. Places are counted in notes from the song's beginning: 2.5 is the middle of the third. Times
 * are in seconds of any clock. A clock that is stopped is at the same place at every time.
 */

/** The matras of one beat, by which tempos are counted. */
export const MATRAS_PER_BEAT = 4;

/** The slowest tempo, in beats a minute. */
export const SLOWEST_TEMPO = 5;

/** The fastest tempo, in beats a minute. */
export const FASTEST_TEMPO = 960;

/** By how much a sum of floating-point seconds may miss a note's onset, in notes. */
const ROUNDING = 1e-6;

/** Write a tempo as matras a minute. @param {number} tempo beats of four matras a minute */
export function matrasAMinute(tempo) {
  return `${Math.round(tempo * MATRAS_PER_BEAT * 10) / 10}`;
}

export class Clock {
  /**
   * @param {number} notes how many notes the song has
   * @param {number} tempo beats of four notes a minute
   */
  constructor(notes, tempo) {
    this.notes = notes;
    this.tempo = tempo;
    this.running = false;
    /** @type {[number, number] | null} the notes that repeat, from the first to before the second */
    this.loop = null;
    this._place = 0;
    this._since = 0;
  }

  /** How long a note lasts, in seconds. */
  get noteSeconds() {
    return 60 / (this.tempo * MATRAS_PER_BEAT);
  }

  /** Start at a time. @param {number} time */
  start(time) {
    this._since = time;
    this.running = true;
  }

  /** Stop at a time. @param {number} time */
  stop(time) {
    this._place = this.placeAt(time);
    this.running = false;
  }

  /** Go to a place at a time. @param {number} place @param {number} time */
  seek(place, time) {
    this._place = Math.min(Math.max(place, 0), this.notes);
    this._since = time;
  }

  /** Change the tempo from a time on. @param {number} tempo @param {number} time */
  setTempo(tempo, time) {
    this.seek(this.placeAt(time), time);
    this.tempo = Math.min(Math.max(tempo, SLOWEST_TEMPO), FASTEST_TEMPO);
  }

  /** Repeat some notes from a time on, or none. @param {[number, number] | null} loop @param {number} time */
  setLoop(loop, time) {
    this.seek(this.placeAt(time), time);
    this.loop = loop;
  }

  /** Count the notes passed at a time as if nothing repeated. @param {number} time */
  passedAt(time) {
    return this.running ? this._place + Math.max(time - this._since, 0) / this.noteSeconds : this._place;
  }

  /** Count the notes begun before the one that sounds at a time, as if nothing repeated. @param {number} time */
  begunAt(time) {
    return Math.floor(this.passedAt(time) + ROUNDING);
  }

  /** Return the place at a time. The reverse of `timeOf`. @param {number} time */
  placeAt(time) {
    return this.fold(this.passedAt(time));
  }

  /** Return the note that sounds at a time; the last one at the song's end. @param {number} time */
  noteAt(time) {
    return Math.min(this.fold(this.begunAt(time)), this.notes - 1);
  }

  /** Return the time of a number of notes passed. The reverse of `passedAt`. @param {number} passed */
  timeOf(passed) {
    return this._since + (passed - this._place) * this.noteSeconds;
  }

  /** Return the place of a number of notes passed: within the loop, or up to the end. @param {number} passed */
  fold(passed) {
    if (this.loop) {
      const [first, end] = this.loop;
      return passed < end ? passed : first + ((passed - first) % (end - first));
    }
    return Math.min(passed, this.notes);
  }

  /** Tell whether the song has ended at a time. @param {number} time */
  overAt(time) {
    return !this.loop && this.passedAt(time) >= this.notes - ROUNDING;
  }
}

/**
 * Write a length of time as minutes and seconds.
 * @param {number} seconds
 */
export function minutes(seconds) {
  const whole = Math.floor(seconds + 1e-6);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * Write a number with commas. `toLocaleString` would load the browser's tables of all languages first.
 * @param {number} amount
 */
export function count(amount) {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ",");
}
