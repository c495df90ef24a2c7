/** Where notes are played: a MIDI keyboard, ten keys of the computer's, or the keys on the screen. */

/** The computer's keys, by their places, for the ten swaras from the lowest to the highest. */
const CODES = ["KeyA", "KeyS", "KeyD", "KeyF", "KeyG", "KeyH", "KeyJ", "KeyK", "KeyL", "Semicolon"];

/** MIDI's message that a note begins, without its channel (MIDI 1.0). */
const NOTE_ON = 0x90;

/** MIDI's message that a note ends, without its channel. */
const NOTE_OFF = 0x80;

/** @typedef {{down: (note: number) => void, up: (note: number) => void}} Fingers called with MIDI notes */

/**
 * Take notes from everywhere, until a signal.
 * @param {Element} keys the keyboard on the screen
 * @param {() => number[]} notes the ten notes that the song has, from the lowest
 * @param {Fingers} fingers @param {AbortSignal} signal
 * @returns {Promise<string[]>} the names of the MIDI keyboards
 */
export async function takeHands(keys, notes, fingers, signal) {
  listenToScreen(keys, fingers, signal);
  listenToKeys(notes, fingers, signal);
  return listenToMidi(fingers, signal);
}

/** @param {Element} keys @param {Fingers} fingers @param {AbortSignal} signal */
function listenToScreen(keys, fingers, signal) {
  /** @type {Map<number, number>} the note under each pointer */
  const held = new Map();
  const release = (/** @type {Event} */ event) => {
    const { pointerId } = /** @type {PointerEvent} */ (event);
    const note = held.get(pointerId);
    held.delete(pointerId);
    if (note !== undefined) fingers.up(note);
  };
  keys.addEventListener(
    "pointerdown",
    (event) => {
      const key = /** @type {Element} */ (event.target).closest("[data-midi]");
      if (!key) return;
      event.preventDefault();
      const note = Number(key.getAttribute("data-midi"));
      held.set(/** @type {PointerEvent} */ (event).pointerId, note);
      fingers.down(note);
    },
    { signal },
  );
  for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, release, { signal });
}

/** @param {() => number[]} notes @param {Fingers} fingers @param {AbortSignal} signal */
function listenToKeys(notes, fingers, signal) {
  const find = (/** @type {Event} */ event) => notes()[CODES.indexOf(/** @type {KeyboardEvent} */ (event).code)];
  document.addEventListener(
    "keydown",
    (event) => {
      const note = find(event);
      const at = /** @type {Element} */ (event.target);
      if (note === undefined || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!at.closest("input, select, textarea, dialog")) fingers.down(note);
    },
    { signal },
  );
  document.addEventListener(
    "keyup",
    (event) => {
      const note = find(event);
      if (note !== undefined) fingers.up(note);
    },
    { signal },
  );
}

/** @param {Fingers} fingers @param {AbortSignal} signal */
async function listenToMidi(fingers, signal) {
  if (!navigator.requestMIDIAccess) return [];
  let access;
  try {
    access = await navigator.requestMIDIAccess();
  } catch {
    return [];
  }
  const hear = (/** @type {Event} */ event) => {
    const [status, note, velocity] = /** @type {MIDIMessageEvent} */ (event).data ?? [];
    if ((status & 0xf0) === NOTE_ON && velocity > 0) fingers.down(note);
    else if ((status & 0xf0) === NOTE_OFF || (status & 0xf0) === NOTE_ON) fingers.up(note);
  };
  const inputs = [...access.inputs.values()];
  for (const input of inputs) {
    input.addEventListener("midimessage", hear, { signal });
    await input.open();
  }
  return inputs.map((input) => input.name ?? "a keyboard");
}
