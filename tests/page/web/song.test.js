import assert from "node:assert/strict";
import { test } from "node:test";

import { unpackRow } from "../../../primesong/page/web/song.js";

test("a row is unpacked as tests/page/test_shapes.py has it packed", () => {
  const shapes = [
    '<path d="M{} {}l{} {}" stroke-width="{}"/>',
    '<g id="n{}" transform="translate({} {})"></g>',
    "</g>",
  ];
  assert.equal(
    unpackRow(shapes, "A  900  9A 180B16 100 -90B1 540C"),
    '<path d="M0 0l900 0" stroke-width="9"/><path d="M0 180l900 0" stroke-width="9"/>' +
      '<g id="n16" transform="translate(100 -90)"></g><g id="n17" transform="translate(640 -90)"></g></g>',
  );
});
