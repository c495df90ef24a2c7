/**
 * Notes to sound: the harmonium's reeds as loops in WebAudio, each note scheduled ahead of its time, a tanpura, and the
 * strokes of a tabla.
 */

import { fromBase64 } from "./song.js";

const FADE_SECONDS = 0.012;
const STOP_SECONDS = 0.03;
const SPREAD = 0.38; // how far from the middle the outermost of the song's notes stand, of 1
const WIDEST_SEMITONES = 8.5; // half of the song's seventeen
const CONCERT_A = 69;
const HANDS = { left: -0.25, right: 0.25 };

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
    /** @type {Map<string, AudioBuffer>} */
    this.strokes = new Map();
    /** @type {{source: AudioBufferSourceNode, level: GainNode} | null} */
    this.drone = null;
    this.ready = this._decode();
  }

  async _decode() {
    const { reeds, tanpura, tabla } = this.song.sound;
    const decoded = await Promise.all(
      [...reeds, tanpura].map(async (loop) => ({
        loop,
        buffer: await this.context.decodeAudioData(fromBase64(loop.data).buffer),
      })),
    );
    this.tanpura = decoded.pop() ?? null;
    this.reeds = decoded;
    for (const [name, data] of Object.entries(tabla?.sounds ?? {})) {
      this.strokes.set(name, await this.context.decodeAudioData(fromBase64(data).buffer));
    }
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
    this._begin(voice, time, this.song.sound.lead);
    voice.source.stop(time + seconds + FADE_SECONDS);
  }

  /**
   * Let the tabla's strokes of a matra sound from a time on. The right drum is tuned to Sa.
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

  /** @param {{source: AudioBufferSourceNode, level: GainNode}} voice @param {number} time @param {number} [offset] */
  _begin(voice, time, offset = 0) {
    voice.source.start(time, offset);
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
