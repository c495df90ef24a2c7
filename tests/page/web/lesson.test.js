import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeDigits } from "../../../primesong/page/web/practice/decode.js";
import { Lesson } from "../../../primesong/page/web/practice/lesson.js";
import { writeMidi } from "../../../primesong/page/web/practice/midi.js";

const SONG = "0123456789";

test("in wait mode the lesson waits for each note, and wrong ones count against it", () => {
  const lesson = new Lesson(SONG, 4, 2, 6, false);
  assert.deepEqual(
    ["2", "9", undefined, "3", "4"].map((digit) => lesson.strike(digit)),
    [true, false, false, true, true],
  );
  assert.equal(lesson.note, 5);
  assert.deepEqual(lesson.total, { right: 3, wrong: 2, missed: 0 });
  assert.deepEqual(lesson.byDigit.get("3"), { right: 1, wrong: 2, missed: 0 });
  assert.deepEqual([...lesson.byAvartan.keys()], [0, 1]);
  assert.equal(lesson.strike("5"), true);
  assert.equal(lesson.over, true);
  assert.equal(lesson.strike("6"), false);
});

test("a loop begins again, and is never over", () => {
  const lesson = new Lesson(SONG, 4, 4, 6, true);
  for (const digit of "454545") assert.equal(lesson.strike(digit), true);
  assert.equal(lesson.over, false);
  assert.deepEqual(lesson.byDigit.get("5"), { right: 3, wrong: 0, missed: 0 });
});

test("in tempo mode a press belongs to the nearest onset, and what passes is missed", () => {
  const lesson = new Lesson(SONG, 4, 0, 5, false);
  assert.equal(lesson.strikeAt("0", 0), true);
  assert.equal(lesson.strikeAt("0", 0.2), false); // a second time
  assert.equal(lesson.strikeAt("1", 0.7), true); // early
  lesson.pass(1.2);
  assert.equal(lesson.strikeAt("2", 2.4), true); // late
  assert.equal(lesson.strikeAt("5", 2.6), false); // the fourth note, another key
  lesson.pass(5.4);
  assert.equal(lesson.over, true);
  assert.deepEqual(lesson.total, { right: 3, wrong: 2, missed: 2 });
  assert.deepEqual(lesson.byDigit.get("3"), { right: 0, wrong: 1, missed: 1 });
  assert.deepEqual(lesson.byDigit.get("4"), { right: 0, wrong: 0, missed: 1 });
});

test("a loop in tempo goes on when its clock counts again", () => {
  const lesson = new Lesson(SONG, 4, 0, 4, true);
  lesson.pass(9.6);
  assert.deepEqual(lesson.total, { right: 0, wrong: 0, missed: 10 });
  lesson.pass(2.2); // the tempo was changed: the same place in the loop
  lesson.pass(3.6);
  assert.deepEqual(lesson.total, { right: 0, wrong: 0, missed: 12 });
});

test("what was played is a MIDI file with its times", () => {
  const file = writeMidi([
    { note: 50, begin: 1000, end: 1500 },
    { note: 62, begin: 1250, end: 1250 },
  ]);
  const track = [
    [0x00, 0x90, 50, 80],
    [0x83, 0x60, 0x80, 50, 0], // 250 ms: 480 ticks; it ends where the next one begins
    [0x00, 0x90, 62, 80],
    [0x02, 0x80, 62, 0], // at least a millisecond: 2 ticks
    [0x00, 0xff, 0x2f, 0x00],
  ].flat();
  const head = [..."MThd"].map((letter) => letter.charCodeAt(0)).concat(0, 0, 0, 6, 0, 0, 0, 1, 0x03, 0xc0);
  const chunk = [..."MTrk"].map((letter) => letter.charCodeAt(0)).concat(0, 0, 0, track.length);
  assert.deepEqual([...file], [...head, ...chunk, ...track]);
});

test("digits are a program again, whatever stands after it", async () => {
  // gzip.compress(b"sa re ga", mtime=0), by Python 3.11, then four zero bytes and a one
  const hex = "1f8b08000000000002032b4e54284a55484f0400ad553eca080000000000000001";
  const program = await decodeDigits(BigInt(`0x${hex}`).toString());
  assert.equal(new TextDecoder().decode(program), "sa re ga");
  assert.deepEqual(await decodeDigits("31415926535897932"), new Uint8Array());
});
