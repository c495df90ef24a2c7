/** Digits to the program: as a number, its bytes, and what gzip packed in them. */

/** @param {string} digits @returns {Promise<Uint8Array>} the program; empty if none is found */
export async function decodeDigits(digits) {
  const hex = BigInt(digits).toString(16);
  const bytes = (hex.length % 2 ? `0${hex}` : hex).match(/../g) ?? [];
  const packed = Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16));
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  /** @type {number[]} */
  const program = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      for (const byte of value) program.push(byte);
    }
  } catch {
    // the padding after the member ends the stream with an error, after all of the program
  }
  return Uint8Array.from(program);
}
