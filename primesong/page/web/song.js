/**
 * What a page knows of a song: the document that primesong/page/document.py makes, and how it is unpacked.
 *
 * @typedef {{data: string, note: number, seconds: number, gain: number}} Loop an MP3 file in base64, and how it loops
 * @typedef {{note: number, seconds: number, gain: number, gaps: number[], levels: number[], phases: number[]}} Reed a loop
 *   and its length, as its partials
 * @typedef {Record<string, string>} Words what each digit is written as
 * @typedef {Record<string, number>} Numbers a number for each digit
 * @typedef {{shapes: string[], rows: string[], places: number[], glyphs: Record<string, string>, width: number, above: number,
 *   below: number}} Rows
 * @typedef {{sounds: Record<string, string>, gain: number, note: number,
 *   strokes: [number, "left" | "right", string][]}} Tabla
 * @typedef {object} SongDocument
 * @property {string} title
 * @property {string} sentence what the song is, for someone who knows nothing of it
 * @property {string} digits
 * @property {number} coda
 * @property {string} record
 * @property {number} tonic
 * @property {string[]} keys
 * @property {number} tempo
 * @property {{name: string, cycle: string, vibhags: number[], marks: string[]}} tala
 * @property {number} firstAvartan
 * @property {string} script
 * @property {Record<string, Words>} scripts
 * @property {Record<string, string>} languages
 * @property {Record<string, string>} marks
 * @property {Words} names
 * @property {Numbers} heights
 * @property {string} tuning
 * @property {Record<string, Numbers>} tunings
 * @property {{bytes: string, certain: number[]} | null} number
 * @property {{bytes: string, sha256: string, unpacked: number[]} | null} program
 * @property {{side: number, modules: string, steps: number[]} | null} code
 * @property {Record<string, Rows>} scores
 * @property {{step: number, turn: number, reeds: Reed[], lead: number, tanpura: Loop, tabla: Tabla | null}} sound
 */

/**
 * Find a song's lowest note, in semitones above Sa, and how many semitones above it its highest note is.
 * @param {SongDocument} song
 */
export function spanOf(song) {
  const heights = Object.values(song.heights);
  const lowest = Math.min(...heights);
  return { lowest, semitones: Math.max(...heights) - lowest };
}

/**
 * Read base64.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = characters.charCodeAt(place);
  return bytes;
}

/**
 * Unpack a song's document: JSON, compressed by gzip, in base64.
 * @param {string} text
 * @returns {Promise<SongDocument>}
 */
export async function unpackSong(text) {
  const unpacked = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(unpacked).text());
}

/**
 * Unpack a row of a score, as primesong/page/shapes.py packed it.
 * @param {string[]} shapes @param {string} row
 */
export function unpackRow(shapes, row) {
  /** @type {number[][]} */
  const before = shapes.map(() => []);
  return row.replace(/([^\d -])([\d -]*)/g, (_, name, written) => {
    const place = name.charCodeAt(0) - "A".charCodeAt(0);
    const steps = written.split(" ");
    let number = 0;
    return shapes[place].replace(/\{\}/g, () => {
      before[place][number] = (before[place][number] ?? 0) + Number(steps[number] ?? 0);
      return String(before[place][number++]);
    });
  });
}

/**
 * Split a word into its letter and the marks after it, which are drawn.
 * @param {SongDocument} song @param {string} word
 */
export function splitMarks(song, word) {
  const signs = [...word];
  const end = signs.findLastIndex((sign) => !(sign in song.marks)) + 1;
  return { letter: signs.slice(0, end).join(""), signs: signs.slice(end) };
}

/**
 * Count the letters of a script's widest word; marks above and below have no width.
 * @param {SongDocument} song @param {string} script
 */
export function widestWord(song, script) {
  return Math.max(...Object.values(song.scripts[script]).map((word) => [...word.replace(/\p{Mn}/gu, "")].length));
}

/**
 * Count the notes that are the number's: those after them are the coda's.
 * @param {SongDocument} song
 */
export function numberNotes(song) {
  return song.digits.length - song.coda;
}

/**
 * Count the matras of one avartan.
 * @param {SongDocument} song
 */
export function matrasOf(song) {
  return song.tala.vibhags.reduce((sum, matras) => sum + matras, 0);
}
