/** What is drawn: SVG elements, and swaras with the marks that fonts lack or misplace. */

import { splitMarks } from "../song.js";

/** @typedef {import("../song.js").SongDocument} SongDocument */

export const SVG = "http://www.w3.org/2000/svg";

/** A mark's shape, from the middle of a letter's baseline; lengths are multiples of the letter's size. @type {Record<string, [string, Record<string, string>]>} */
const SHAPES = {
  line: ["rect", { x: "-.32em", y: ".2em", width: ".64em", height: ".07em" }],
  upright: ["rect", { x: "-.035em", y: "-1.1em", width: ".07em", height: ".3em" }],
  dot: ["circle", { cy: ".42em", r: ".07em" }],
};

/**
 * Make an SVG element.
 * @param {string} name @param {Record<string, string | number>} attributes @param {string} [text]
 */
export function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * Draw a swara: its letter, and its marks. The marks' code points stay in the text, without a size.
 * @param {SongDocument} song @param {string} word @param {Record<string, string | number>} attributes of the letter
 */
export function drawSwara(song, word, attributes) {
  const { letter, signs } = splitMarks(song, word);
  const text = svg("text", attributes, letter);
  if (!signs.length) return [text];
  text.append(svg("tspan", { "font-size": 0 }, signs.join("")));
  const { x, y, class: kind = "", ...others } = attributes;
  const marks = svg("g", { ...others, class: `${kind} sign`, transform: `translate(${x} ${y})` });
  marks.append(...signs.map((sign) => svg(...SHAPES[song.marks[sign]])));
  return [text, marks];
}

/** Write a swara: an element with its letter, and its marks. @param {SongDocument} song @param {string} word */
export function writeSwara(song, word) {
  const { letter, signs } = splitMarks(song, word);
  const element = Object.assign(document.createElement("span"), { className: "word" });
  element.append(letter);
  for (const sign of signs) {
    element.append(Object.assign(document.createElement("u"), { className: song.marks[sign], textContent: sign }));
  }
  return element;
}
