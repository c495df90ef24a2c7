/**
 * Requests to the studio's server, and its answers: one sentence where something is wrong, and messages, a line of JSON
 * each, where something takes time.
 *
 * Every request carries the key of the printed address. It is kept in the session storage, which belongs to this host
 * and port alone.
 *
 * @typedef {object} Message
 * @property {string} [error] the one sentence, and the end
 * @property {string} [song] the song's token, and the end
 * @property {string} [ear] the token that a recording is sent with
 * @property {Report} [report] what is known of a recording so far
 * @property {string} [stage] what the server is doing
 * @property {string} [phase] of a search: sieve, test or verify
 * @property {number | null} [share] how much of it is done, 0 to 1; while candidates are tested, how probable it was to
 *   find the prime by now
 * @property {number} [tested]
 * @property {number} [rate] tests a second
 * @property {number | null} [seconds_left]
 * @property {number} [digits]
 * @property {number} [steps]
 * @property {number[]} [losses]
 * @property {string} [output]
 * @property {number} [seconds] how long the program ran
 * @property {string | null} [fault]
 * @property {string[][]} [summary]
 *
 * @typedef {{seconds: number, tonic_hertz: number, tempo: number, heard: number, length: number, program: string,
 *   sentence: string}} Report
 * @typedef {{source: string, title: string, digits: number, coda: number, seconds: number, tonic: string, tempo: number,
 *   laya: string, tala: string, raga: string, tuning: string, checks?: Checks}} Found the checks once they are made
 * @typedef {{facts: string[][], holds: boolean, program: string | null}} Checks
 * @typedef {{source: string, sha256: string, level: string, weak: boolean, facts: string[][]}} Introduction
 */

const KEY = "primesong-key";

/** What went wrong, in the server's one sentence. */
export class Refusal extends Error {}

/** Take what the page was opened with out of its address: the key, which is kept, and a song's token. */
export function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const key = given.get("key");
  if (key) sessionStorage.setItem(KEY, key);
  history.replaceState(null, "", "/"); // the key is not to be seen
  addEventListener("hashchange", () => location.reload()); // another address of this page was opened in its place
  return given.get("song");
}

/** Show a song's token in the address, so that the page can be loaded again with it. @param {string} token */
export function writeAddress(token) {
  history.replaceState(null, "", `/#${new URLSearchParams({ song: token })}`);
}

/**
 * Ask the server. A refusal is thrown in the server's words.
 * @param {string} path
 * @param {RequestInit & {headers?: Record<string, string>}} [options]
 */
export async function ask(path, options = {}) {
  const headers = { ...options.headers, authorization: `Bearer ${sessionStorage.getItem(KEY)}` };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refusal("the studio does not answer; is primesong studio still running?");
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Refusal(answer.error ?? `the studio answered ${response.status}`);
}

/**
 * Ask for something in JSON.
 * @param {string} path
 * @param {Record<string, string>} query
 * @param {AbortSignal} [signal]
 */
export async function askJson(path, query, signal) {
  return (await ask(`${path}?${new URLSearchParams(query)}`, { signal })).json();
}

/**
 * Send something as JSON.
 * @param {string} path
 * @param {object} content
 * @param {AbortSignal} [signal]
 */
export function post(path, content, signal) {
  const headers = { "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(content), signal });
}

/**
 * Read messages as they come. An error among them is thrown.
 * @param {Response} response
 * @returns {AsyncGenerator<Message, void, void>}
 */
export async function* readMessages(response) {
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
