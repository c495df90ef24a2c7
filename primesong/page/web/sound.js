/**
 * Notes to sound (Web Audio): the harmonium's reeds as loops, each note scheduled ahead of time, a tanpura, and the
 * strokes of a tabla.
 */

import { soundPartials } from "./partials.js";
import { fromBase64, spanOf } from "./song.js";

/** The volume, of 1: notes that overlap stay below clipping. */
const VOLUME = 0.8;

/** How long a note takes to begin and to end, without a click. */
const FADE_SECONDS = 0.012;

/** How long what sounds takes to fall silent when it is stopped. */
const STOP_SECONDS = 0.03;

/** How long the tanpura takes to begin: a time constant. */
const DRONE_RISE_SECONDS = 0.2;

/** How long it takes to end: a time constant. */
const DRONE_FALL_SECONDS = 0.1;

/** How long after that its source is stopped: six time constants, when it is 52 dB softer. */
const DRONE_STOP_SECONDS = 0.6;

/** How far from the middle the outermost notes of the song are heard, of 1. */
const SPREAD = 0.38;

/** A4, as a MIDI note. */
const CONCERT_A = 69;

/** The frequency of A4, in Hz. */
const CONCERT_HERTZ = 440;

/** Where the tabla's drums are heard, -1 to 1. */
const HANDS = { left: -0.25, right: 0.25 };

/** How many frames the loop of a reed has: a power of two, and rates from 38 to 74 kHz. */
const REED_FRAMES = 2 ** 17;

/** @typedef {import("./song.js").SongDocument} SongDocument */
/** A loop in a buffer, from where on it repeats. */
/** @typedef {{buffer: AudioBuffer, loop: {note: number, seconds: number, gain: number}, lead: number}} Looped */

export class Sound {
  /** @param {SongDocument} song */
  constructor(song) {
    this.song = song;
    this.tonic = song.tonic;
    this.tuning = song.tuning;
    this.context = new AudioContext({ latencyHint: "playback" });
    this.out = new GainNode(this.context, { gain: VOLUME });
    this.out.connect(this.context.destination);
    /** @type {Map<string, StereoPannerNode>} */
    this.sides = new Map();
    const { lowest, semitones } = spanOf(song);
    for (const [digit, height] of Object.entries(song.heights)) {
      const panner = new StereoPannerNode(this.context, { pan: SPREAD * ((2 * (height - lowest)) / semitones - 1) });
      panner.connect(this.out);
      this.sides.set(digit, panner);
    }
    /** @type {Set<{source: AudioBufferSourceNode, level: GainNode}>} */
    this.sounding = new Set();
    /** @type {Looped[]} */
    this.reeds = [];
    /** @type {Looped | null} */
    this.tanpura = null;
    /** @type {Map<string, AudioBuffer>} */
    this.strokes = new Map();
    /** @type {{source: AudioBufferSourceNode, level: GainNode} | null} */
    this.drone = null;
    this.ready = this._decode();
  }

  async _decode() {
    const { step, turn, reeds, lead, tanpura, tabla } = this.song.sound;
    const sounded = [];
    for (const loop of reeds) {
      const buffer = new AudioBuffer({ length: REED_FRAMES, sampleRate: REED_FRAMES / loop.seconds });
      buffer.copyToChannel(soundPartials(loop, step, turn, REED_FRAMES), 0);
      sounded.push({ loop, buffer, lead: 0 });
      await new Promise((resolve) => setTimeout(resolve)); // the browser is free in between
    }
    this.reeds = sounded;
    const buffer = await this.context.decodeAudioData(fromBase64(tanpura.data).buffer);
    this.tanpura = { loop: tanpura, buffer, lead };
    for (const [name, data] of Object.entries(tabla?.sounds ?? {})) {
      this.strokes.set(name, await this.context.decodeAudioData(fromBase64(data).buffer));
    }
  }

  /** Whether there is something to play with already. */
  get decoded() {
    return this.reeds.length > 0;
  }

  /** The time of what is heard now, in seconds: what is computed now is heard later. */
  get heardTime() {
    return this.context.currentTime - (this.context.outputLatency || this.context.baseLatency || 0);
  }

  /** Return the pitch of a digit in Hz. @param {string} digit */
  frequency(digit) {
    const cents = 100 * (this.tonic - CONCERT_A) + this.song.tunings[this.tuning][digit];
    return CONCERT_HERTZ * 2 ** (cents / 1200);
  }

  /**
   * Play a digit's note from a time on.
   * @param {string} digit @param {number} time @param {number} seconds
   */
  play(digit, time, seconds) {
    const frequency = this.frequency(digit);
    const key = CONCERT_A + 12 * Math.log2(frequency / CONCERT_HERTZ);
    const reed = this.reeds.reduce((best, next) =>
      Math.abs(next.loop.note - key) < Math.abs(best.loop.note - key) ? next : best,
    );
    const rate = 2 ** ((key - reed.loop.note) / 12);
    const voice = this._voice(reed, rate, /** @type {AudioNode} */ (this.sides.get(digit)));
    const fade = Math.min(FADE_SECONDS, seconds / 2);
    const gain = voice.level.gain;
    gain.setValueAtTime(0, time);
    gain.linearRampToValueAtTime(reed.loop.gain, time + fade);
    gain.setValueAtTime(reed.loop.gain, time + seconds - fade);
    gain.linearRampToValueAtTime(0, time + seconds);
    this._begin(voice, time);
    voice.source.stop(time + seconds + FADE_SECONDS);
  }

  /**
   * Play the tabla's strokes of a matra from a time on. The right drum is tuned to Sa.
   * @param {number} matra of the avartan, from 0 @param {number} time @param {number} seconds that a matra lasts
   */
  strike(matra, time, seconds) {
    const { tabla } = this.song.sound;
    if (!tabla) return;
    for (const [place, hand, name] of tabla.strokes) {
      const begins = time + (place - matra) * seconds;
      if (Math.floor(place) !== matra || begins < this.context.currentTime) continue;
      const playbackRate = hand === "right" ? 2 ** ((this.tonic - tabla.note) / 12) : 1;
      const source = new AudioBufferSourceNode(this.context, { buffer: this.strokes.get(name), playbackRate });
      const level = new GainNode(this.context, { gain: tabla.gain });
      source
        .connect(level)
        .connect(new StereoPannerNode(this.context, { pan: HANDS[hand] }))
        .connect(this.out);
      this._begin({ source, level }, begins);
    }
  }

  /** @param {{source: AudioBufferSourceNode, level: GainNode}} voice @param {number} time */
  _begin(voice, time) {
    voice.source.start(time);
    this.sounding.add(voice);
    voice.source.onended = () => {
      voice.level.disconnect();
      this.sounding.delete(voice);
    };
  }

  /** @param {Looped} looped @param {number} rate @param {AudioNode} out */
  _voice({ buffer, loop, lead }, rate, out) {
    const source = new AudioBufferSourceNode(this.context, {
      buffer,
      playbackRate: rate,
      loop: true,
      loopStart: lead,
      loopEnd: lead + loop.seconds,
    });
    const level = new GainNode(this.context, { gain: 0 });
    source.connect(level).connect(out);
    return { source, level };
  }

  /** Silence what sounds or is scheduled, except the tanpura. */
  hush() {
    const now = this.context.currentTime;
    for (const { source, level } of this.sounding) {
      level.gain.cancelAndHoldAtTime?.(now);
      level.gain.setTargetAtTime(0, now, STOP_SECONDS / 4);
      source.stop(now + STOP_SECONDS);
    }
    this.sounding.clear();
  }

  /** Start or stop the tanpura. @param {boolean} on */
  setDrone(on) {
    const now = this.context.currentTime;
    if (this.drone) {
      this.drone.level.gain.setTargetAtTime(0, now, DRONE_FALL_SECONDS);
      this.drone.source.stop(now + DRONE_STOP_SECONDS);
      this.drone = null;
    }
    if (on && this.tanpura) {
      this.drone = this._voice(this.tanpura, 2 ** ((this.tonic - this.tanpura.loop.note) / 12), this.out);
      this.drone.level.gain.setTargetAtTime(this.tanpura.loop.gain, now, DRONE_RISE_SECONDS);
      this.drone.source.start(now, this.tanpura.lead);
    }
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.out.gain.value = VOLUME * volume ** 2; // near to how loud it seems
  }

  /** Release the sound device. */
  close() {
    this.hush();
    void this.context.close();
  }
}
