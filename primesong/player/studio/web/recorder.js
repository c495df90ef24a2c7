/** The part of a recording that runs where the sound is (AudioWorklet): it passes on what the microphone gives. */

/** How much is passed on at once, in samples: 85 ms at 48,000 Hz. */
const GATHERED = 4096;

class Recorder extends AudioWorkletProcessor {
  held = new Float32Array(GATHERED);
  size = 0;

  /** @param {Float32Array[][]} inputs */
  process([[channel]]) {
    if (!channel) return true;
    this.held.set(channel, this.size);
    this.size += channel.length;
    if (this.size === GATHERED) {
      this.port.postMessage(this.held.slice());
      this.size = 0;
    }
    return true;
  }
}

registerProcessor("recorder", Recorder);
