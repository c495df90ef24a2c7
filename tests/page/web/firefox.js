// Open a page in Firefox, at each size (WebDriver BiDi), and print what was found as JSON: node firefox.js FIREFOX PAGE

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { argv } from "node:process";

import { launch } from "puppeteer-core";

const SIZES = [
  [320, 256],
  [390, 844],
  [720, 450],
  [844, 390],
  [2560, 1440],
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");

const [, , firefox, address] = argv;
const browser = await launch({
  browser: "firefox",
  executablePath: firefox,
  headless: true,
  extraPrefsFirefox: { "media.cubeb.backend": "none", "media.autoplay.default": 0 },
});
const faults = [];
const found = [];
try {
  const page = await browser.newPage();
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  for (const [width, height] of SIZES) {
    await page.setViewport({ width, height });
    await page.goto(address);
    await page.waitForSelector(".row");
    await page.evaluate(AXE);
    found.push(
      await page.evaluate(async () => {
        const { left, right, top, bottom } = document.querySelector(".play").getBoundingClientRect();
        const { violations } = await globalThis.axe.run({ resultTypes: ["violations"] });
        return {
          size: `${innerWidth}x${innerHeight}`,
          playIsSeen: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight,
          wide: document.scrollingElement.scrollWidth > document.documentElement.clientWidth,
          violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        };
      }),
    );
  }
  await page.click(".practice");
  const next = await page.evaluate(() => document.querySelector(".key.next .finger").textContent);
  await page.keyboard.press(next);
  await page.waitForFunction("document.querySelector('.count').textContent.startsWith('1 right')");
  await page.waitForFunction("document.querySelector('.live').textContent.startsWith('There is no sound')");
  await page.click(".finish");
  await page.click(".report .close");
  await page.click(".play");
  await page.waitForFunction("document.querySelector('.about').textContent.startsWith('The browser cannot play')");
  await page.evaluate(() => document.querySelector(".seek").focus());
  await page.keyboard.press("End");
  const typed = await page.evaluate(() => document.querySelector(".program pre").textContent);
  const about = await page.evaluate(() => document.querySelector(".about").textContent);
  console.log(JSON.stringify({ found, faults, typed, about }));
} finally {
  await browser.close();
}
