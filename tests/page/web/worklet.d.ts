// What a browser has where sound is processed (W3C, Web Audio API, 1.32), and TypeScript's library of the page has not.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
