import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { inLines, tokenize } from "../../../primesong/page/web/view/python.js";

/** @param {string} source */
const kinds = (source) => tokenize(source).flatMap(({ kind, text }) => (kind ? [[kind, text]] : []));

test("comments, strings, numbers and keywords are told from the rest", () => {
  assert.deepEqual(kinds("import os # why\nx='a\\'b'+f\"{1}\";y=0x1f+1_0.5e-3j+.5if x else lambda_"), [
    ["keyword", "import"],
    ["comment", "# why"],
    ["string", "'a\\'b'"],
    ["string", 'f"{1}"'],
    ["number", "0x1f"],
    ["number", "1_0.5e-3j"],
    ["number", ".5"],
    ["keyword", "if"],
    ["keyword", "else"],
  ]);
});

test("names are not keywords, nor their digits numbers, nor a comment in a string a comment", () => {
  assert.deepEqual(kinds("note4=android+i2;s='# no'"), [["string", "'# no'"]]);
});

test("a string may go over lines if it has three quotes, and end with its line if it has one", () => {
  assert.deepEqual(kinds('a="""x\n# y"""\nb=\'open\nc=1'), [
    ["string", '"""x\n# y"""'],
    ["string", "'open"],
    ["number", "1"],
  ]);
});

test("the tokens of every prefix of a program are that prefix", () => {
  const source = readFileSync(new URL("../../../assets/gpt.py", import.meta.url), "utf-8");
  for (let end = 0; end <= source.length; end += 37) {
    const text = source.slice(0, end);
    const tokens = tokenize(text);
    assert.equal(tokens.map((token) => token.text).join(""), text);
    const lines = inLines(tokens).map((line) => line.map((token) => token.text).join(""));
    assert.deepEqual(lines, text.split("\n"));
  }
});
