/** What a browser remembers of a song: how it was set and where it was left. A browser may forbid it. */

/** @typedef {import("./song.js").SongDocument} SongDocument */
/** @typedef {{note?: number, tempo?: number, volume?: number, tonic?: string, script?: string, tuning?: string,
 *   tanpura?: boolean, tabla?: boolean}} Memory */

/** How many of a song's first digits tell it from others. */
const TELLING = 60;

/** @param {SongDocument} song */
const nameOf = (song) => `primesong ${song.digits.length} ${song.digits.slice(0, TELLING)}`;

/** Recall a song; what was never remembered is empty. The reverse of `remember`. @param {SongDocument} song @returns {Memory} */
export function recall(song) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(song)) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** Remember something more of a song. The reverse of `recall`. @param {SongDocument} song @param {Memory} memory */
export function remember(song, memory) {
  try {
    localStorage.setItem(nameOf(song), JSON.stringify({ ...recall(song), ...memory }));
  } catch {
    // without storage the song begins as it was made
  }
}

/** Read the avartan that the page's address names, as in #avartan=96; NaN if it names none. */
export function avartanInAddress() {
  return Number.parseInt(new URLSearchParams(location.hash.slice(1)).get("avartan") ?? "", 10);
}
