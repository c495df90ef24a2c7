/** What sounds when: notes and strokes, scheduled a little ahead of when they are heard. */

/** @typedef {import("./clock.js").Clock} Clock */
/** @typedef {import("./song.js").SongDocument} SongDocument */
/** @typedef {import("./sound.js").Sound} Sound */

/** How far ahead sound is scheduled: hidden pages wake once a second. */
const AHEAD_SECONDS = 1.6;

/** How often more is scheduled. */
const WAKE_SECONDS = 0.5;

/** The shortest rest of a late note that is worth playing. */
const SHORTEST_SECONDS = 0.02;

export class Schedule {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ waking;
  /** The next note to schedule, counted as if nothing repeated. */
  passed = 0;
  tabla = false;
  /** Whether the song's notes sound: somebody else may play them. */
  sings = true;

  /** @param {SongDocument} song @param {Clock} clock @param {number} matras @param {() => void} end called at the song's end */
  constructor(song, clock, matras, end) {
    this.song = song;
    this.clock = clock;
    this.matras = matras;
    this.end = end;
  }

  /** Schedule from the note on that sounds now, in place of what was. @param {Sound} sound */
  begin(sound) {
    sound.hush();
    this.passed = this.clock.begunAt(sound.heardTime);
    this._continue(sound);
  }

  /** Schedule nothing more. */
  stop() {
    clearTimeout(this.waking);
  }

  /** Schedule what begins soon, and come back in time for what follows. @param {Sound} sound */
  _continue(sound) {
    this.stop();
    const { clock, song } = this;
    if (!clock.running) return;
    if (clock.overAt(sound.heardTime)) {
      this.end();
      return;
    }
    const until = clock.passedAt(sound.context.currentTime + AHEAD_SECONDS);
    for (; this.passed <= until; this.passed += 1) {
      const note = clock.fold(this.passed);
      if (note >= song.digits.length) break;
      this._schedule(sound, note);
    }
    const left = clock.timeOf(clock.notes) - sound.heardTime;
    const wait = clock.loop ? WAKE_SECONDS : Math.min(WAKE_SECONDS, Math.max(left, 0));
    this.waking = setTimeout(() => this._continue(sound), wait * 1000);
  }

  /** @param {Sound} sound @param {number} note */
  _schedule(sound, note) {
    const begins = this.clock.timeOf(this.passed);
    const late = Math.max(sound.context.currentTime - begins, 0);
    const seconds = this.clock.noteSeconds - late;
    if (this.sings && (seconds >= SHORTEST_SECONDS || !late))
      sound.play(this.song.digits[note], begins + late, seconds);
    if (this.tabla) sound.strike(note % this.matras, begins, this.clock.noteSeconds);
  }
}
