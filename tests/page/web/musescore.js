// Open a score in MuseScore 4's engine, and save it again in the kinds that the suffixes name: node musescore.js IN OUT…

import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";

delete globalThis.fetch; // or it takes this for a browser
const { default: MuseScore } = await import("webmscore");

const [, , source, ...targets] = argv;
await MuseScore.ready;
const score = await MuseScore.load("musicxml", readFileSync(source), [], false);
const writers = { mid: "saveMidi", musicxml: "saveXml", mscx: "saveMsc", pdf: "savePdf", png: "savePng" };
for (const target of targets) {
  const kind = target.slice(target.lastIndexOf(".") + 1);
  const options = { mscx: ["mscx"], png: [0, true, false] }[kind] ?? [];
  writeFileSync(target, await score[writers[kind]](...options));
}
score.destroy();
