/** The browser's microphone, unprocessed, as samples of 16 bits. */

import { Refusal } from "./requests.js";

const FULL_SCALE = 32767;

/** What a browser does for voices, and what spoils notes. */
const UNPROCESSED = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

/** @typedef {{rate: number, close: () => void}} Microphone */

/**
 * Open the microphone.
 * @param {(samples: Int16Array<ArrayBuffer>, peak: number) => void} hear called with what it gives, and its peak, 0 to 1
 * @returns {Promise<Microphone>}
 */
export async function openMicrophone(hear) {
  if (!navigator.mediaDevices) {
    throw new Refusal(
      "browsers give the microphone only to pages on this machine (localhost) or on https: open the studio on the " +
        "machine that has the microphone, or record there and drop the file here",
    );
  }
  // the microphone is opened last: what it gives before something listens is lost
  const context = new AudioContext();
  await context.audioWorklet.addModule("/web/recorder.js");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: UNPROCESSED });
  } catch (error) {
    void context.close();
    throw new Refusal(`the browser gives no microphone: ${/** @type {Error} */ (error).message}`);
  }
  const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }) => {
    const samples = Int16Array.from(data, (value) => Math.max(-1, Math.min(1, value)) * FULL_SCALE);
    hear(
      samples,
      data.reduce((/** @type {number} */ most, /** @type {number} */ value) => Math.max(most, Math.abs(value)), 0),
    );
  };
  context.createMediaStreamSource(stream).connect(node);
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  return { rate: context.sampleRate, close };
}
