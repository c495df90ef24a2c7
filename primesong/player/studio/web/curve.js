/** The loss of a program that learns, as a growing curve: each step in gray, the mean of fifty in color. */

import { count } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";

/** The margin to the left of the curve, in pixels: room for the labels of the losses. */
const LEFT = 44;

/** The margin to its right, in pixels. */
const RIGHT = 8;

/** The margin below it, in pixels: room for the labels of the steps. */
const BOTTOM = 26;

/** The margin above it, in pixels. */
const TOP = 10;

/** How many losses are averaged: a step is one name, so that a single loss says little. */
const MEAN_OF = 50;

/** The most points that are drawn of either line. */
const MOST_POINTS = 600;

/** From this loss on, only every other level of the grid is drawn. */
const CROWDED = 8;

/** The least that the vertical axis reaches up to. */
const LEAST_TOP = 0.5;

export class Curve {
  /** @param {Element} element where to draw */
  constructor(element) {
    /** @type {number[]} */
    this.losses = [];
    this.steps = 0;
    this.element = element;
    this.svg = make("svg", { role: "img", "aria-label": "No losses yet" });
    this.grid = make("path", { class: "grid" });
    this.each = make("polyline", { class: "each" });
    this.mean = make("polyline", { class: "mean" });
    this.labels = make("g", {});
    this.svg.append(this.grid, this.each, this.mean, this.labels);
    element.replaceChildren(this.svg);
  }

  /** The mean of the last losses. */
  get recent() {
    const last = this.losses.slice(-MEAN_OF);
    return last.reduce((sum, loss) => sum + loss, 0) / last.length;
  }

  /** How far the program has come, in words. */
  get description() {
    const place = `step ${count(this.losses.length)} of ${count(this.steps)}`;
    return `${place}, mean loss of the last ${MEAN_OF}: ${this.recent.toFixed(3)}`;
  }

  /**
   * Add losses, and draw.
   * @param {number[]} losses @param {number} steps how many there will be
   */
  add(losses, steps) {
    this.losses.push(...losses);
    this.steps = Math.max(steps, this.losses.length);
    if (this.losses.length) this._draw();
  }

  _draw() {
    const { clientWidth: width, clientHeight: height } = this.element; // a unit is a pixel: letters keep their size
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("aria-label", this.description);
    const top = Math.ceil(this.losses.reduce((most, loss) => Math.max(most, loss), LEAST_TOP));
    const x = (/** @type {number} */ step) => LEFT + ((width - LEFT - RIGHT) * step) / this.steps;
    const y = (/** @type {number} */ loss) => TOP + (height - TOP - BOTTOM) * (1 - loss / top);
    this._drawLines(x, y);
    const levels = Array.from({ length: top + 1 }, (_, level) => level);
    const drawn = levels.filter((level) => top < CROWDED || level % 2 === 0);
    this.grid.setAttribute("d", drawn.map((level) => `M${LEFT} ${y(level)}H${width - RIGHT}`).join(""));
    this.labels.replaceChildren(
      ...drawn.map((level) => write(String(level), LEFT - 8, y(level) + 4, "end")),
      write("loss", 4, TOP + 4, "start"),
      write("step 0", LEFT, height - 6, "start"),
      write(count(this.steps), width - RIGHT, height - 6, "end"),
    );
  }

  /** @param {(step: number) => number} x @param {(loss: number) => number} y */
  _drawLines(x, y) {
    const { losses } = this;
    const stride = Math.max(1, Math.ceil(losses.length / MOST_POINTS));
    const each = [];
    const mean = [];
    let sum = 0;
    for (let step = 0; step < losses.length; step += 1) {
      sum += losses[step] - (step >= MEAN_OF ? losses[step - MEAN_OF] : 0);
      if (step % stride && step !== losses.length - 1) continue;
      each.push(`${x(step + 1).toFixed(1)},${y(losses[step]).toFixed(1)}`);
      mean.push(`${x(step + 1).toFixed(1)},${y(sum / Math.min(step + 1, MEAN_OF)).toFixed(1)}`);
    }
    this.each.setAttribute("points", each.join(" "));
    this.mean.setAttribute("points", mean.join(" "));
  }
}

/** @param {string} name @param {Record<string, string>} attributes */
function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/** @param {string} text @param {number} x @param {number} y @param {string} anchor */
function write(text, x, y, anchor) {
  const element = make("text", { x: String(x), y: y.toFixed(1), "text-anchor": anchor });
  element.textContent = text;
  return element;
}
