/** The loss of a program that learns, as a curve that grows: each step in grey, the mean of fifty in colour. */

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;
const MEAN_OF = 50;
const MOST_POINTS = 600;

export class Curve {
  /** @param {Element} element where to draw */
  constructor(element) {
    /** @type {number[]} */
    this.losses = [];
    this.steps = 0;
    this.element = element;
    this.svg = make("svg", { role: "img", "aria-label": "No loss so far" });
    this.grid = make("path", { class: "grid" });
    this.each = make("polyline", { class: "each" });
    this.mean = make("polyline", { class: "mean" });
    this.words = make("g", {});
    this.svg.append(this.grid, this.each, this.mean, this.words);
    element.replaceChildren(this.svg);
  }

  /** The mean of the last fifty losses: one step is one name, so that a single loss says little. */
  get recent() {
    const last = this.losses.slice(-MEAN_OF);
    return last.reduce((sum, loss) => sum + loss, 0) / last.length;
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
    const { losses, steps } = this;
    const { clientWidth: width, clientHeight: height } = this.element; // a unit is a pixel: letters keep their size
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const size = Math.max(1, Math.ceil(losses.length / MOST_POINTS));
    const top = Math.ceil(losses.reduce((most, loss) => Math.max(most, loss), 0.5));
    const x = (/** @type {number} */ step) => LEFT + ((width - LEFT - 8) * step) / steps;
    const y = (/** @type {number} */ loss) => TOP + (height - TOP - BOTTOM) * (1 - loss / top);
    const each = [];
    const mean = [];
    let sum = 0;
    for (let step = 0; step < losses.length; step += 1) {
      sum += losses[step] - (step >= MEAN_OF ? losses[step - MEAN_OF] : 0);
      if (step % size && step !== losses.length - 1) continue;
      each.push(`${x(step + 1).toFixed(1)},${y(losses[step]).toFixed(1)}`);
      mean.push(`${x(step + 1).toFixed(1)},${y(sum / Math.min(step + 1, MEAN_OF)).toFixed(1)}`);
    }
    this.each.setAttribute("points", each.join(" "));
    this.mean.setAttribute("points", mean.join(" "));
    const levels = Array.from({ length: top + 1 }, (_, level) => level).filter((level) => top < 8 || level % 2 === 0);
    this.grid.setAttribute("d", levels.map((level) => `M${LEFT} ${y(level)}H${width - 8}`).join(""));
    const words = levels.map((level) => write(String(level), LEFT - 8, y(level) + 4, "end"));
    words.push(write("loss", 4, TOP + 4, "start"), write("step 0", LEFT, height - 6, "start"));
    words.push(write(steps.toLocaleString("en"), width - 8, height - 6, "end"));
    this.words.replaceChildren(...words);
    this.svg.setAttribute("aria-label", this.said);
  }

  /** How far it has come, in words. */
  get said() {
    const place = `step ${this.losses.length.toLocaleString("en")} of ${this.steps.toLocaleString("en")}`;
    return `${place}, mean loss of the last ${MEAN_OF}: ${this.recent.toFixed(3)}`;
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
