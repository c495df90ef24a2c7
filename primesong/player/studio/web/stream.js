/**
 * What the studio's server says: one sentence where something is wrong, and messages, a line of JSON each, where
 * something takes its time.
 *
 * @typedef {object} Message
 * @property {string} [error] the one sentence, and the end
 * @property {string} [song] the song's token, and the end
 * @property {Found} [found]
 * @property {string} [stage] read, check, draw; sieve, test, verify
 * @property {number} [share] of the stage, 0 to 1
 * @property {number} [tested]
 * @property {number} [rate] tests a second
 * @property {number} [chance] 0 to 1
 * @property {number | null} [seconds_left]
 * @property {number} [digits]
 * @property {number} [steps]
 * @property {number[]} [losses]
 * @property {string} [output]
 * @property {string | null} [ended]
 * @property {string | null} [fault]
 * @property {string[][]} [summary]
 *
 * @typedef {{source: string, title: string, digits: number, coda: number, seconds: number, tonic: string, tempo: number,
 *   tala: string, tuning: string, checks: string[][], holds: boolean, program: string | null}} Found
 * @typedef {{source: string, sha256: string, level: string, lines: string[][]}} Introduction
 */

/** What went wrong, in the server's one sentence. */
export class Refusal extends Error {}

/**
 * Ask the server; a refusal is thrown in its own words.
 * @param {string} path
 * @param {RequestInit} [options]
 */
export async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refusal("the studio does not answer; is primesong studio still running?");
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Refusal(answer.error ?? `the studio answered ${response.status}`);
}

/**
 * Send something as JSON.
 * @param {object} content
 * @param {AbortSignal} [signal]
 * @returns {RequestInit}
 */
export function posting(content, signal) {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(content), signal };
}

/**
 * Read messages as they come; an error among them is thrown.
 * @param {Response} response
 * @returns {AsyncGenerator<Message, void, void>}
 */
export async function* messages(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (held + value).split("\n");
    held = lines.pop() ?? "";
    for (const line of lines) {
      const message = /** @type {Message} */ (JSON.parse(line));
      if (message.error !== undefined) throw new Refusal(message.error);
      yield message;
    }
  }
}
