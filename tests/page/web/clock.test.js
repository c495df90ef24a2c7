import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock, minutes } from "../../../primesong/page/web/clock.js";

// At 60 beats of four notes a minute a note lasts a quarter of a second.

test("notes pass at the tempo, from when the clock was started", () => {
  const clock = new Clock(8, 60);
  clock.start(100);
  assert.deepEqual(
    [99, 100, 100.24, 100.26, 101, 101.99].map((time) => clock.noteAt(time)),
    [0, 0, 0, 1, 4, 7],
  );
  assert.equal(clock.timeOf(4), 101);
});

test("an onset belongs to its note, whatever the sum of seconds is short of", () => {
  for (const tempo of [7, 60, 133.3, 960]) {
    const clock = new Clock(3600, tempo);
    clock.start(0.1);
    for (let note = 0; note < 3600; note += 1) assert.equal(clock.noteAt(clock.timeOf(note)), note);
  }
});

test("the last note stays when the song is over", () => {
  const clock = new Clock(8, 60);
  clock.start(0);
  assert.equal(clock.overAt(1.9), false);
  assert.equal(clock.overAt(2), true);
  assert.equal(clock.noteAt(50), 7);
  assert.equal(clock.placeAt(50), 8);
});

test("a clock that stands still is where it was stopped, or put", () => {
  const clock = new Clock(8, 60);
  clock.start(0);
  clock.stop(0.6);
  assert.equal(clock.placeAt(1000), 2.4);
  clock.seek(5, 0);
  assert.equal(clock.noteAt(7), 5);
  clock.seek(-3, 0);
  assert.equal(clock.noteAt(7), 0);
});

test("another tempo goes on from the same place", () => {
  const clock = new Clock(80, 60);
  clock.start(0);
  clock.setTempo(120, 1);
  assert.equal(clock.placeAt(1), 4);
  assert.equal(clock.placeAt(2), 12);
  clock.setTempo(1, 2);
  assert.equal(clock.tempo, 5);
  clock.setTempo(5000, 2);
  assert.equal(clock.tempo, 960);
});

test("a loop repeats its notes, and only those", () => {
  const clock = new Clock(12, 60);
  clock.setLoop([4, 8], 0);
  clock.start(0);
  const heard = Array.from({ length: 14 }, (_, note) => clock.noteAt(note / 4 + 0.1));
  assert.deepEqual(heard, [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5]);
  assert.equal(clock.overAt(1000), false);
  clock.setLoop(null, 13 / 4);
  assert.deepEqual([clock.noteAt(13 / 4), clock.noteAt(4)], [5, 8]);
});

test("lengths of time are minutes and seconds", () => {
  assert.deepEqual([0, 9.99, 60, 225, 899.9999999].map(minutes), ["0:00", "0:09", "1:00", "3:45", "15:00"]);
});
