/** Samples to a WAV file: 16 bits, one channel. */

/** The bytes before the samples: RIFF, its format and the head of its data. */
const HEADER_BYTES = 44;

/** The bytes of a sample. */
const SAMPLE_BYTES = 2;

/** @param {Int16Array[]} parts @param {number} rate in Hz */
export function makeWav(parts, rate) {
  const size = SAMPLE_BYTES * parts.reduce((sum, part) => sum + part.length, 0);
  const header = new Uint8Array(HEADER_BYTES);
  new TextEncoder().encodeInto("RIFF    WAVEfmt                     data    ", header);
  const view = new DataView(header.buffer);
  view.setUint32(4, HEADER_BYTES - 8 + size, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, SAMPLE_BYTES * rate, true);
  view.setUint16(32, SAMPLE_BYTES, true);
  view.setUint16(34, 8 * SAMPLE_BYTES, true);
  view.setUint32(40, size, true);
  return new Blob([header, .../** @type {Int16Array<ArrayBuffer>[]} */ (parts)], { type: "audio/wav" });
}
