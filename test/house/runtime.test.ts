/** Bun's own settings are the same wherever the server is started, and where it is measured. */
import { expect, test } from "bun:test";
import { RUNTIME } from "../../bench/support/process.ts";

const settings = Object.entries(RUNTIME).map(([name, value]) => `${name}=${value}`);

test.each([
  ["package.json", "exec env "],
  ["docs/deploy/zeues.service", "Environment="],
  ["Dockerfile", "ENV "],
  ["docs/operating.md", "Environment: "],
])("%s sets what the benchmarks measured", async (file, before) => {
  expect(await Bun.file(file).text()).toContain(before + settings.join(" "));
});
