/**
 * The player: a song's document, heard and seen in an element of any page.
 *
 * One clock says which note it is. Sound is scheduled ahead by it, and what is shown follows what is heard. The page is
 * changed only when a note begins.
 */

import { Clock } from "./clock.js";
import { connect } from "./controls.js";
import { Device } from "./device.js";
import { avartanInAddress, recall, remember } from "./memory.js";
import { Practice } from "./practice/practice.js";
import { Schedule } from "./schedule.js";
import { Sound } from "./sound.js";
import { Display } from "./view/display.js";

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

/** How soon the first note sounds: it is scheduled a little ahead of now. */
const START_SECONDS = 0.05;

/** How long a browser may take to open the sound device: without one, some never answer. */
const DEVICE_SECONDS = 4;

/**
 * Mount a player in an element, whose content it replaces. Nothing sounds before `play`, which a browser allows once
 * the user has clicked or pressed a key.
 * @param {HTMLElement | null} element
 * @param {SongDocument} song
 * @param {{remembers?: boolean}} [options] remembers: whether this browser remembers how the song was set, and its place
 */
export function mount(element, song, { remembers = false } = {}) {
  if (!element) throw new TypeError("expected an element to mount the player in");
  return new Player(element, song, remembers);
}

export class Player {
  /** @type {SongDocument} */ song;
  /** @type {Clock} */ clock;
  /** @type {Display} */ display;
  /** @type {Device} */ device;
  /** @type {AbortController} */ listening;
  /** @type {Sound | null} */ sound = null;
  /** @type {Schedule} */ schedule;
  /** The frame that is waited for, while it plays. */
  following = 0;
  loopLength = 0;
  /** Called when a note begins, with the notes that have passed. @type {(passed: number) => void} */
  onNote = () => {};
  drone = false;
  tuning = "";
  volume = 1;

  /** @param {HTMLElement} element @param {SongDocument} song @param {boolean} remembers */
  constructor(element, song, remembers) {
    this.element = element;
    this.remembers = remembers;
    this._set(song);
  }

  /** Show another song from its beginning, paused. @param {SongDocument} song */
  load(song) {
    this.destroy();
    this._set(song);
  }

  /**
   * Play from the current place. Resolves when it sounds, rejects if the browser cannot play sound.
   * @param {number} lead how soon the first note begins, in seconds
   */
  async play(lead = START_SECONDS) {
    const sound = await this.openSound();
    if (this.clock.running || this.sound !== sound) return;
    if (this.clock.overAt(0)) this.clock.seek(0, 0);
    this.clock.start(sound.context.currentTime + lead);
    this.display.setPlaying(true);
    sound.setDrone(this.drone);
    this._reschedule();
    this.device.tell(this.position());
  }

  /** Open the sound device. Rejects if the browser cannot play sound. */
  async openSound() {
    this.sound ??= this._makeSound();
    const { sound } = this;
    await Promise.all([sound.ready, withinSeconds(DEVICE_SECONDS, sound.context.resume())]);
    return sound;
  }

  /** Count the notes that have passed, as if nothing repeated. */
  passed() {
    return this.clock.passedAt(this._now());
  }

  /** Pause at the beginning of the note that sounds. */
  pause() {
    if (!this.clock.running) return;
    this.clock.seek(this.clock.noteAt(this._now()), this._now());
    this._rest();
    this._remember({ note: this.display.note });
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
    this._remember({ tempo: this.clock.tempo });
    this._reschedule();
  }

  /** @param {number} tonic Sa's MIDI note number */
  setTonic(tonic) {
    this.display.setTonic(tonic);
    this._remember({ tonic: String(tonic) });
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
    this._remember({ script });
  }

  /** @param {string} tuning one of the document's */
  setTuning(tuning) {
    this.tuning = tuning;
    this._remember({ tuning });
    if (this.sound) {
      this.sound.tuning = tuning;
      this._reschedule();
    }
  }

  /** @param {boolean} on */
  setTanpura(on) {
    this.drone = on;
    this._remember({ tanpura: on });
    if (this.clock.running) this.sound?.setDrone(on);
  }

  /** @param {boolean} on */
  setTabla(on) {
    this.schedule.tabla = on;
    this._remember({ tabla: on });
    this._reschedule();
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.volume = volume;
    this._remember({ volume });
    this.sound?.setVolume(volume);
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
    this.device.destroy();
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
    this.clock = new Clock(song.digits.length, song.tempo);
    this.display = new Display(this.element, song, (note) => this.seekNote(note));
    this.schedule = new Schedule(song, this.clock, this.display.matras, () => {
      this._rest();
      this.display.say("The song has ended");
    });
    this.device = new Device(song, {
      play: () => void this.play(),
      pause: () => this.pause(),
      previoustrack: () => this.seek(this.position().avartan - 1),
      nexttrack: () => this.seek(this.position().avartan + 1),
    });
    this.listening = new AbortController();
    connect(this, this.listening.signal);
    new Practice(this, this.listening.signal);
    if (this.remembers) this._recall();
    this._follow();
  }

  /** Set the song as it was left, at the avartan that the address names, if it names one. */
  _recall() {
    const { note, ...settings } = recall(this.song);
    this.display.choose(settings);
    if (settings.tempo) this.setTempo(settings.tempo);
    if (note) this.seekNote(note);
    const visit = () => {
      const avartan = avartanInAddress();
      if (avartan) this.seek(avartan);
    };
    visit();
    addEventListener("hashchange", visit, { signal: this.listening.signal });
  }

  /** @param {import("./memory.js").Memory} memory */
  _remember(memory) {
    if (this.remembers) remember(this.song, memory);
  }

  /** Once the page is seen again it shows where the song is; before it is hidden it remembers that. */
  noticeVisibility() {
    if (document.hidden) this._remember({ note: this.display.note });
    this.device.awake();
    this._follow();
  }

  /** @param {string} before */
  _sayPlace(before) {
    this.display.say(`${before}${this.song.tala.cycle} ${this.display.avartan}${this.display.inCoda ? ", coda" : ""}`);
  }

  _makeSound() {
    const sound = new Sound(this.song);
    sound.tonic = this.display.tonic;
    sound.tuning = this.tuning;
    sound.setVolume(this.volume);
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
    if (this.clock.running && this.sound) this.schedule.begin(this.sound);
    this._follow();
  }

  /** Show the note that is heard, and those that follow. */
  _follow() {
    const note = this.clock.noteAt(this._now());
    if (note !== this.display.note) this.display.show(note, note === this.display.note + 1);
    this.display.showTime(this.clock.tempo, this.clock.noteSeconds);
    if (this.clock.running) this.onNote(this.passed());
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
    this.schedule.stop();
    cancelAnimationFrame(this.following);
    this.sound?.hush();
    this.sound?.setDrone(false);
    this.display.setPlaying(false);
    this.display.show(this.clock.noteAt(0), false);
    this.device.tell(this.position());
  }
}

/**
 * Wait for a promise, but not without end.
 * @template Result
 * @param {number} seconds @param {Promise<Result>} promise
 * @returns {Promise<Result>}
 */
function withinSeconds(seconds, promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("no sound device answers")), seconds * 1000);
  });
  return Promise.race([promise, /** @type {Promise<never>} */ (late)]);
}
