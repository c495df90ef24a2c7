/** A loop from its partials: sine waves that fit it a whole number of times (primesong/sound/render/partials.py). */

/** @typedef {import("./song.js").Reed} Reed */

/**
 * Sound the loop of a reed, its loudest partial at 1.
 * @param {Reed} reed @param {number} step of its levels, in decibels @param {number} turn how many steps a turn of its
 *   phases has @param {number} frames a power of two, more than twice the last partial's place
 */
export function soundPartials({ gaps, levels, phases }, step, turn, frames) {
  const real = new Float32Array(frames);
  const imaginary = new Float32Array(frames);
  let place = 0;
  gaps.forEach((gap, partial) => {
    place += gap;
    const amplitude = 10 ** ((-step * levels[partial]) / 20);
    const angle = (2 * Math.PI * phases[partial]) / turn;
    real[place] = amplitude * Math.cos(angle);
    imaginary[place] = amplitude * Math.sin(angle);
  });
  transform(real, imaginary);
  return real;
}

/** Sum waves, in place: the inverse Fourier transform (Cooley and Tukey). @param {Float32Array} real @param {Float32Array} imaginary */
function transform(real, imaginary) {
  const frames = real.length;
  for (let place = 1, mirrored = 0; place < frames; place += 1) {
    let bit = frames >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (place < mirrored) {
      [real[place], real[mirrored]] = [real[mirrored], real[place]];
      [imaginary[place], imaginary[mirrored]] = [imaginary[mirrored], imaginary[place]];
    }
  }
  for (let half = 1; half < frames; half *= 2) {
    for (let step = 0; step < half; step += 1) {
      const cosine = Math.cos((Math.PI * step) / half);
      const sine = Math.sin((Math.PI * step) / half);
      for (let low = step; low < frames; low += 2 * half) {
        const high = low + half;
        const turned = cosine * real[high] - sine * imaginary[high];
        const other = cosine * imaginary[high] + sine * real[high];
        real[high] = real[low] - turned;
        imaginary[high] = imaginary[low] - other;
        real[low] += turned;
        imaginary[low] += other;
      }
    }
  }
}
