/**
 * The program as it comes out of the digits: its text so far, colored, with a caret where it is being typed.
 *
 * The program is shown, never run: whatever it says goes into the page as text.
 */

import { inLines, tokenize } from "./python.js";
import { fromBase64 } from "../song.js";

/** @typedef {import("../song.js").SongDocument} SongDocument */

export class Typing {
  /** @param {HTMLElement} frame what scrolls @param {SongDocument} song */
  constructor(frame, song) {
    this.frame = frame;
    this.bytes = song.program ? fromBase64(song.program.bytes) : new Uint8Array();
    this.unpacked = song.program?.unpacked ?? [0];
    /** The note that gives the program's first byte. */
    this.begins = Math.max(this.unpacked.findIndex((size) => size > 0) - 1, 0);
    this.size = 0;
    /** @type {{line: HTMLElement, text: string}[]} */
    this.lines = [];
    this.caret = document.createElement("span");
    this.caret.className = "caret";
    this.code = document.createElement("code");
    const page = document.createElement("pre");
    page.append(this.code);
    frame.replaceChildren(page);
    this._write(0);
  }

  /** The text so far, without a last character of which bytes are missing. */
  get text() {
    return new TextDecoder().decode(this.bytes.subarray(0, this.size), { stream: this.size < this.bytes.length });
  }

  /** The whole program's text, typed or not. */
  get wholeText() {
    return new TextDecoder().decode(this.bytes);
  }

  get complete() {
    return this.size > 0 && this.size === this.bytes.length;
  }

  /** Show what the first digits give. @param {number} digits how many */
  show(digits) {
    const size = this.unpacked[Math.min(digits, this.unpacked.length - 1)];
    if (size !== this.size) this._write(size);
  }

  /** @param {number} size */
  _write(size) {
    this.size = size;
    const tokens = inLines(tokenize(this.text));
    while (this.lines.length > tokens.length) this.lines.pop()?.line.remove();
    for (const line of tokens.slice(0, -1)) line.push({ kind: "", text: "\n" });
    tokens.forEach((line, number) => {
      const text = JSON.stringify(line);
      if (!this.lines[number]) {
        this.lines[number] = { line: document.createElement("span"), text: "" };
        this.lines[number].line.className = "line";
        this.code.append(this.lines[number].line);
      }
      if (this.lines[number].text === text) return;
      this.lines[number].text = text;
      this.lines[number].line.replaceChildren(
        ...line.map(({ kind, text: part }) => {
          if (!kind) return document.createTextNode(part);
          const colored = document.createElement("span");
          colored.className = kind;
          colored.textContent = part;
          return colored;
        }),
      );
    });
    this.lines.at(-1)?.line.append(this.caret);
    if (size) this.frame.scrollTop = this.frame.scrollHeight;
  }
}
