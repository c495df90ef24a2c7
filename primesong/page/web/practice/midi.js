/** Played notes to a MIDI file (Standard MIDI File 1.0, format 0), at the times at which they were played. */

/** Ticks of a quarter note; at the default tempo, 120 quarters a minute, a tick is a millisecond and less. */
const TICKS = 960;

/** Ticks of a millisecond at that tempo. */
const TICKS_PER_MILLISECOND = (TICKS * 2) / 1000;

/** Of MIDI's 127: all notes are written alike. */
const VELOCITY = 80;

/** @typedef {{note: number, begin: number, end: number}} Played a MIDI note, and when it was played, in milliseconds */

/** Write a line of notes: each ends when the next one begins, at the latest. @param {Played[]} notes @returns {Uint8Array<ArrayBuffer>} */
export function writeMidi(notes) {
  const first = notes[0]?.begin ?? 0;
  const events = notes.flatMap(({ note, begin, end }, place) => [
    { time: begin, bytes: [0x90, note, VELOCITY] },
    { time: Math.min(Math.max(end, begin + 1), notes[place + 1]?.begin ?? Infinity), bytes: [0x80, note, 0] },
  ]);
  events.sort((one, other) => one.time - other.time || one.bytes[0] - other.bytes[0]);
  const track = [];
  let tick = 0;
  for (const { time, bytes } of events) {
    const next = Math.round((time - first) * TICKS_PER_MILLISECOND);
    track.push(...writeQuantity(next - tick), ...bytes);
    tick = next;
  }
  track.push(0, 0xff, 0x2f, 0);
  const head = [0, 0, 0, 1, TICKS >> 8, TICKS & 0xff];
  return Uint8Array.from([...writeChunk("MThd", head), ...writeChunk("MTrk", track)]);
}

/** @param {string} name @param {number[]} content */
function writeChunk(name, content) {
  const { length } = content;
  const letters = [...name].map((letter) => letter.charCodeAt(0));
  return [...letters, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff].concat(content);
}

/** Write a variable-length quantity: seven bits a byte, the first ones first. @param {number} quantity */
function writeQuantity(quantity) {
  const bytes = [quantity & 0x7f];
  for (let rest = quantity >>> 7; rest; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
