/** How a lesson went: in numbers, by swara, and as a picture by avartan. */

import { count } from "../clock.js";
import { svg } from "../view/drawing.js";

/** @typedef {import("./lesson.js").Lesson} Lesson */
/** @typedef {import("./lesson.js").Tally} Tally */
/** @typedef {import("../song.js").SongDocument} SongDocument */

/** The width of the picture, in its own units. */
const PICTURE_WIDTH = 600;

/** The height of the picture, in its own units. */
const PICTURE_HEIGHT = 80;

/** Say how a lesson went, in a sentence. @param {Tally} tally */
export function describeTally({ right, wrong, missed }) {
  return `${count(right)} right, ${count(wrong)} wrong, ${count(missed)} missed`;
}

/** Make a table of what was wrong or missed, by swara. @param {Lesson} lesson @param {SongDocument} song */
export function tabulate(lesson, song) {
  const table = document.createElement("table");
  const byHeight = [...lesson.byDigit].sort(([one], [other]) => song.heights[one] - song.heights[other]);
  for (const cells of [
    ["swara", "right", "wrong", "missed"],
    ...byHeight.map(([digit, { right, wrong, missed }]) => [song.names[digit], right, wrong, missed]),
  ]) {
    const row = table.insertRow();
    for (const cell of cells) {
      const element = document.createElement(table.rows.length === 1 || cell === cells[0] ? "th" : "td");
      element.textContent = String(cell);
      row.append(element);
    }
  }
  return table;
}

/** Draw each avartan as a bar: how much of it was right below, wrong and missed above. @param {Lesson} lesson @param {SongDocument} song */
export function draw(lesson, song) {
  const tallies = [...lesson.byAvartan].sort(([one], [other]) => one - other);
  const most = Math.max(1, ...tallies.map(([, { right, wrong, missed }]) => right + wrong + missed));
  const width = PICTURE_WIDTH / Math.max(tallies.length, 1);
  const spoiled = tallies
    .filter(([, { wrong, missed }]) => wrong + missed)
    .map(([avartan]) => avartan + song.firstAvartan);
  const cycles = song.tala.cycle + (spoiled.length > 1 ? "s" : "");
  const where = spoiled.length ? `mistakes in ${cycles} ${spoiled.join(", ")}` : "no mistakes";
  const picture = svg("svg", { viewBox: `0 0 ${PICTURE_WIDTH} ${PICTURE_HEIGHT}`, role: "img", "aria-label": where });
  tallies.forEach(([avartan, tally], place) => {
    let y = PICTURE_HEIGHT;
    for (const kind of /** @type {(keyof Tally)[]} */ (["right", "wrong", "missed"])) {
      const height = (PICTURE_HEIGHT * tally[kind]) / most;
      y -= height;
      const bar = svg("rect", { class: kind, x: place * width, y, width: Math.max(width - 1, 0.5), height });
      bar.append(svg("title", {}, `${song.tala.cycle} ${avartan + song.firstAvartan}: ${describeTally(tally)}`));
      picture.append(bar);
    }
  });
  return picture;
}
