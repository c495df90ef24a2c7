/**
 * What a device has beyond the page: the lock screen and the keys of a headphone, the switch that silences a phone, and
 * the screen that goes dark. All of it is optional.
 */

import { makeWav } from "./wav.js";

/** @typedef {import("./song.js").SongDocument} SongDocument */
/** @typedef {import("./player.js").Position} Position */
/** @typedef {Record<"play" | "pause" | "previoustrack" | "nexttrack", () => void>} Actions */

/** A browser shows media controls for media elements alone, of this length at least: this many seconds of silence. */
const SILENT_SECONDS = 6;

/** The sample rate of that silence, in Hz. */
const SILENT_RATE = 3000;

export class Device {
  /** @param {SongDocument} song @param {Actions} actions */
  constructor(song, actions) {
    this.session = navigator.mediaSession;
    /** @type {WakeLockSentinel | null} */
    this.lock = null;
    /** @type {HTMLAudioElement | null} */
    this.silence = null;
    this.playing = false;
    if (!this.session) return;
    if ("MediaMetadata" in window)
      this.session.metadata = new MediaMetadata({ title: song.title, artist: "primesong" });
    for (const [name, action] of Object.entries(actions)) {
      this.session.setActionHandler(/** @type {MediaSessionAction} */ (name), action);
    }
  }

  /** Tell the device whether it plays, and where. @param {Position} position */
  tell({ playing, seconds, duration }) {
    this.playing = playing;
    if (this.session) {
      this.session.playbackState = playing ? "playing" : "paused";
      this.session.setPositionState?.({ duration, position: Math.min(seconds, duration) });
    }
    if (playing) this._begin();
    else this._end();
  }

  /** Keep the screen on again once the page is seen again. */
  awake() {
    if (!this.playing || document.hidden || !navigator.wakeLock) return;
    navigator.wakeLock.request("screen").then(
      (lock) => {
        if (this.playing) this.lock = lock;
        else void lock.release();
      },
      () => {},
    );
  }

  _begin() {
    const { audioSession } = /** @type {{audioSession?: {type: string}}} */ (navigator);
    if (audioSession) audioSession.type = "playback";
    this.silence ??= makeSilence();
    this.silence.play().catch(() => {});
    if (!this.lock) this.awake();
  }

  _end() {
    this.silence?.pause();
    void this.lock?.release();
    this.lock = null;
  }

  destroy() {
    this._end();
    if (this.silence) URL.revokeObjectURL(this.silence.src);
    if (this.session) this.session.metadata = null;
  }
}

/** Make an element that plays silence without end. */
function makeSilence() {
  const file = makeWav([new Int16Array(SILENT_SECONDS * SILENT_RATE)], SILENT_RATE);
  const element = new Audio(URL.createObjectURL(file));
  element.loop = true;
  return element;
}
