/** Numbers as people read them. */

export const MEBIBYTE = 1 << 20;

/** @param {number} [number] */
export const count = (number = 0) => number.toLocaleString("en");

/** @param {number | null} [share] 0 to 1 */
export const percent = (share) => `${Math.round((share ?? 0) * 100)}%`;

/** @param {number} bytes */
export const size = (bytes) =>
  bytes < MEBIBYTE ? `${count(Math.ceil(bytes / 1024))} KiB` : `${(bytes / MEBIBYTE).toFixed(1)} MiB`;

/** Round to a number of decimals. @param {number} number @param {number} decimals */
export const round = (number, decimals) => String(Number(number.toFixed(decimals)));

/** A tempo as people count it. @param {number} tempo beats of four matras a minute */
export const pace = (tempo) => `${round(4 * tempo, 1)} matras a minute`;

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${round(seconds / 60, 1)} minutes`;
}
