import assert from "node:assert/strict";
import { test } from "node:test";

import { soundPartials } from "../../../primesong/page/web/partials.js";

test("a loop is the sum of its waves, each at its place, its level and its phase", () => {
  const reed = { note: 60, seconds: 1, gain: 1, gaps: [3, 2], levels: [0, 12], phases: [32, 0] };
  const sounded = soundPartials(reed, 0.5, 128, 16);
  const quarter = Math.PI / 2;
  for (let frame = 0; frame < 16; frame += 1) {
    const turn = (2 * Math.PI * frame) / 16;
    const expected = Math.cos(3 * turn + quarter) + 10 ** (-6 / 20) * Math.cos(5 * turn);
    assert.ok(Math.abs(sounded[frame] - expected) < 1e-6);
  }
});
