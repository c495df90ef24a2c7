/**
 * Python source to tokens, for coloring: comments, strings, numbers, keywords, and the rest. The source may end
 * anywhere, since it is shown while it is still coming. Joined tokens are the source.
 */

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global " +
    "if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

const TOKEN = new RegExp(
  [
    "(?<comment>#[^\\n]*)",
    "(?<string>(?<![\\p{L}\\p{N}_])[bfru]{0,2}(?:\"\"\"(?:\\\\[^]|[^\\\\])*?(?:\"\"\"|$)|'''(?:\\\\[^]|[^\\\\])*?(?:'''|$)" +
      "|\"(?:\\\\[^]|[^\"\\\\\\n])*(?:\"|(?=\\n)|$)|'(?:\\\\[^]|[^'\\\\\\n])*(?:'|(?=\\n)|$)))",
    "(?<number>(?:\\b(?:0[xob][\\da-f_]+|\\d[\\d_]*(?:\\.[\\d_]*)?(?:e[+-]?\\d+)?)|\\.\\d[\\d_]*(?:e[+-]?\\d+)?)j?)",
    "(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)",
    "(?<other>\\s+|[^])",
  ].join("|"),
  "giu",
);

/** @typedef {{kind: "comment" | "string" | "number" | "keyword" | "", text: string}} Token */

/**
 * Split Python source into tokens, neighbors of no kind joined.
 * @param {string} source
 * @returns {Token[]}
 */
export function tokenize(source) {
  /** @type {Token[]} */
  const tokens = [];
  for (const match of source.matchAll(TOKEN)) {
    const groups = match.groups ?? {};
    const text = match[0];
    const kind = groups.comment
      ? "comment"
      : groups.string
        ? "string"
        : groups.number
          ? "number"
          : groups.word && KEYWORDS.has(text)
            ? "keyword"
            : "";
    const last = tokens.at(-1);
    if (kind === "" && last?.kind === "") last.text += text;
    else tokens.push({ kind, text });
  }
  return tokens;
}

/**
 * Split tokens into lines, so that none goes beyond its line.
 * @param {Token[]} tokens
 * @returns {Token[][]}
 */
export function inLines(tokens) {
  /** @type {Token[][]} */
  const lines = [[]];
  for (const { kind, text } of tokens) {
    text.split("\n").forEach((part, place) => {
      if (place > 0) lines.push([]);
      if (part) lines.at(-1)?.push({ kind, text: part });
    });
  }
  return lines;
}
