/** The one thing that the page waits for: it is cancelled when something else is begun, or its dialog is closed. */

/** @type {AbortController | null} */
let current = null;

/** Begin a task in place of the one that is going on. */
export function begin() {
  cancel();
  current = new AbortController();
  return current.signal;
}

/** Have the page wait no longer: what is left of the task goes on, and nothing cancels it. */
export function release() {
  current = null;
}

/** Cancel the task, if there is one. */
export function cancel() {
  current?.abort();
  current = null;
}
