/**
 * Notes to sound: the harmonium's reeds as loops in WebAudio, each note scheduled ahead of its time, and a tanpura.
 */

import { fromBase64 } from "./song.js";

const FADE_SECONDS = 0.012;
const STOP_SECONDS = 0.03;
const SPREAD = 0.38; // how far from the middle the outermost of the song's notes stand, of 1
const WIDEST_SEMITONES = 8.5; // half of the song's seventeen
const CONCERT_A = 69;

/** @typedef {import("./song.js").SongDocument} SongDocument */
/** @typedef {{buffer: AudioBuffer, loop: import("./song.js").Loop}} Reed */

export class Sound {
  /** @param {SongDocument} song */
  constructor(song) {
    this.song = song;
    this.tonic = song.tonic;
    this.tuning = song.tuning;
    this.context = new AudioContext({ latencyHint: "playback" });
    this.out = new GainNode(this.context, { gain: 0.8 });
    this.out.connect(this.context.destination);
    /** @type {Map<string, StereoPannerNode>} */
    this.sides = new Map();
    for (const [digit, height] of Object.entries(song.heights)) {
      const side = (height - WIDEST_SEMITONES + 1) / WIDEST_SEMITONES;
      const panner = new StereoPannerNode(this.context, { pan: SPREAD * Math.min(Math.max(side, -1), 1) });
      panner.connect(this.out);
      this.sides.set(digit, panner);
    }
    /** @type {Set<{source: AudioBufferSourceNode, level: GainNode}>} */
    this.sounding = new Set();
    /** @type {Reed[]} */
    this.reeds = [];
    /** @type {Reed | null} */
    this.tanpura = null;
    /** @type {{source: AudioBufferSourceNode, level: GainNode} | null} */
    this.drone = null;
    this.ready = this._decode();
  }

  async _decode() {
    const { reeds, tanpura } = this.song.sound;
    const decoded = await Promise.all(
      [...reeds, tanpura].map(async (loop) => ({
        loop,
        buffer: await this.context.decodeAudioData(fromBase64(loop.data).buffer),
      })),
    );
    this.tanpura = decoded.pop() ?? null;
    this.reeds = decoded;
  }

  /** The time, in seconds, of what is heard now: what is computed now is heard later. */
  get heardTime() {
    return this.context.currentTime - (this.context.outputLatency || this.context.baseLatency || 0);
  }

  /** Give the pitch of a digit in Hz. @param {string} digit */
  frequency(digit) {
    const cents = 100 * (this.tonic - CONCERT_A) + this.song.tunings[this.tuning][digit];
    return 440 * 2 ** (cents / 1200);
  }

  /**
   * Let a digit's note sound from a time on for some seconds.
   * @param {string} digit @param {number} time @param {number} seconds
   */
  play(digit, time, seconds) {
    const frequency = this.frequency(digit);
    const key = CONCERT_A + 12 * Math.log2(frequency / 440);
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
    voice.source.start(time, this.song.sound.lead);
    voice.source.stop(time + seconds + FADE_SECONDS);
    this.sounding.add(voice);
    voice.source.onended = () => {
      voice.level.disconnect();
      this.sounding.delete(voice);
    };
  }

  /** @param {Reed} reed @param {number} rate @param {AudioNode} out */
  _voice(reed, rate, out) {
    const { lead } = this.song.sound;
    const source = new AudioBufferSourceNode(this.context, {
      buffer: reed.buffer,
      playbackRate: rate,
      loop: true,
      loopStart: lead,
      loopEnd: lead + reed.loop.seconds,
    });
    const level = new GainNode(this.context, { gain: 0 });
    source.connect(level).connect(out);
    return { source, level };
  }

  /** Let all that sounds, or is going to, fall silent. The tanpura goes on. */
  hush() {
    const now = this.context.currentTime;
    for (const { source, level } of this.sounding) {
      level.gain.cancelAndHoldAtTime?.(now);
      level.gain.setTargetAtTime(0, now, STOP_SECONDS / 4);
      source.stop(now + STOP_SECONDS);
    }
    this.sounding.clear();
  }

  /** Let the tanpura sound, or fall silent. @param {boolean} on */
  setDrone(on) {
    const now = this.context.currentTime;
    if (this.drone) {
      this.drone.level.gain.setTargetAtTime(0, now, 0.1);
      this.drone.source.stop(now + 0.6);
      this.drone = null;
    }
    if (on && this.tanpura) {
      this.drone = this._voice(this.tanpura, 2 ** ((this.tonic - this.tanpura.loop.note) / 12), this.out);
      this.drone.level.gain.setTargetAtTime(this.tanpura.loop.gain, now, 0.2);
      this.drone.source.start(now, this.song.sound.lead);
    }
  }

  /** Give back what the browser lent. */
  close() {
    this.hush();
    void this.context.close();
  }
}
