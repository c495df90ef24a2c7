/** The chain from program to song in five steps, and a link to send. */

import { count } from "./clock.js";
import { matrasOf, numberNotes } from "./song.js";

/** @typedef {import("./song.js").SongDocument} SongDocument */

/**
 * Tell how this song came about, a sentence a step.
 * @param {SongDocument} song @param {number} bytes how many the number has @param {number} programBytes
 */
export function tellSteps(song, bytes, programBytes) {
  const words = Object.entries(song.names).map(([digit, name]) => `${digit} is ${name}`);
  const what = song.program
    ? `The program: ${count(programBytes)} bytes of text.`
    : "Some bytes: a program, a text, anything.";
  return [
    what,
    `gzip packs it, and its bytes are read as one large number${bytes ? `, ${count(bytes)} bytes long` : ""}.`,
    `The next prime from there on begins with the same bytes. Written down, it has ${count(numberNotes(song))} digits.`,
    `Each digit is a swara, a note of the scale: ${words.join(", ")}.`,
    `${matrasOf(song)} notes are one ${song.tala.cycle}${song.tala.name === "none" ? "" : ` of ${song.tala.name}`}. ` +
      "Whoever writes down the notes has the digits, the number, its bytes, and the program again.",
  ];
}

/**
 * Send the song's address to someone, from an avartan on; resolves with what is to be said.
 * @param {SongDocument} song @param {number} avartan
 */
export async function share(song, avartan) {
  if (location.protocol === "file:") return "This page is one file: send the file itself";
  const url = new URL(location.href);
  url.hash = `avartan=${avartan}`;
  const content = { title: song.title, text: song.sentence, url: url.href };
  try {
    if ("share" in navigator) {
      await navigator.share(content);
      return "";
    }
    await /** @type {Navigator} */ (navigator).clipboard.writeText(url.href);
    return "The link is copied";
  } catch (error) {
    return /** @type {Error} */ (error).name === "AbortError" ? "" : url.href;
  }
}
