/**
 * Draws the tablet's icons from static/icons.svg, which stays the one drawing. Run it by hand when
 * the drawing changes: `bun .ci/icons.ts`. Android wants PNG, and a maskable one without corners.
 */
import { chromium } from "playwright-core";

const svg = await Bun.file("static/icons.svg").text();
/** Launchers cut a maskable icon to a circle of 80 %: the drawing stands inside it. */
const maskable = svg
  .replace(/ rx="7"/, "")
  .replace('viewBox="0 0 32 32"', 'viewBox="-5 -5 42 42"')
  .replace("<rect ", '<rect x="-5" y="-5" width="42" height="42" fill="#0b5c6b"/><rect ');

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
for (const [name, drawing, size] of [
  ["icono-192.png", svg, 192],
  ["icono-512.png", svg, 512],
  ["icono-recortable-512.png", maskable, 512],
] as const) {
  await page.setViewportSize({ width: size, height: size });
  const style = "*{margin:0}svg{display:block;width:100vw;height:100vh}";
  await page.setContent(`<style>${style}</style>${drawing}`);
  await Bun.write(`static/${name}`, await page.screenshot({ omitBackground: true }));
}
await browser.close();
