/** axe in a page of a test. */
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** Run in the page; `page.evaluate` is not subject to its CSP. */
const AXE = await Bun.file(new URL(import.meta.resolve("axe-core/axe.min.js"))).text();

/** Violations of WCAG 2.2 A and AA, each with the elements that break it. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(async (): Promise<AxeResults> => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return axe.run(document, { runOnly: { type: "tag", values } });
  });
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
}
