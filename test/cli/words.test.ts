/** Variables and words that are wrong, told by the binary: which one, what it should be. */
import { beforeAll, expect, test } from "bun:test";
import { VARIABLE_NAMES } from "../../src/config.ts";
import { nearest } from "../../src/config-nearest.ts";
import { BUILD_MS, binary } from "../support/binary.ts";
import { tempFolder } from "../support/shop.ts";
import { runZeues } from "../support/terminal.ts";

let zeues = "";
beforeAll(async () => {
  zeues = await binary();
}, BUILD_MS);

const run = (args: string, env: Readonly<Record<string, string>>) =>
  runZeues(args.split(" "), env, "", { command: [zeues], cwd: "/" });

// No variable has use for a blank, so a new one is covered by this too.
test.each(VARIABLE_NAMES)("%s with a value that is none", async (name) => {
  using folder = tempFolder();
  const said = await run("serve", { ZEUES_DATA: folder.path, [name]: " " });
  expect(said.stderr).toMatch(new RegExp(`^zeues: ${name} no sirve: debe ser [^\n]+\n$`));
  expect(said).toMatchObject({ code: 1, stdout: "" });
});

test("a variable that nobody knows is told, with the one that was meant", async () => {
  using folder = tempFolder();
  const said = await run("token list", {
    ZEUES_DATA: folder.path,
    ZEUES_DTA: "/srv",
    ZEUES_COSA_RARA: "1",
  });
  expect(said).toMatchObject({ code: 0 });
  expect(said.stderr).toBe(
    "zeues: ZEUES_COSA_RARA: este ZEUES no conoce esa variable, y no la mira\n" +
      "zeues: ZEUES_DTA: este ZEUES no conoce esa variable, y no la mira; ¿será ZEUES_DATA?\n",
  );
});

test.each(["--help", "-h", "help"])(
  "%s tells everything, and a word after it one command",
  async (word) => {
    const all = await run(word, {});
    expect(all).toMatchObject({ code: 0, stderr: "" });
    expect(all.stdout).toContain("zeues serve");
    expect(all.stdout).toContain("ZEUES_DATA");
    const one = await run(word === "help" ? "help backup" : `backup ${word}`, {});
    expect(one.code).toBe(0);
    expect(one.stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(one.stdout).toMatch(/^ {2}zeues backup DESTINO/);
  },
);

test.each(["--version", "-v", "version"])("%s", async (word) => {
  expect((await run(word, {})).stdout).toMatch(/^zeues \d+\.\d+\.\d+ /);
});

test("letters stay whole where nothing is set: no locale, no home, no path", async () => {
  const child = Bun.spawn([zeues, "help"], { env: { LC_ALL: "POSIX" }, stdout: "pipe", cwd: "/" });
  expect(await new Response(child.stdout).text()).toContain("quién tiene qué carrete");
  expect(await child.exited).toBe(0);
});

test("a word is taken for another only where it is near", () => {
  const words = ["serve", "import", "export", "doctor"];
  expect(
    ["serv", "docter", "exprt", "x", "s".repeat(5_000)].map((word) => nearest(word, words)),
  ).toEqual(["serve", "doctor", "export", null, null]);
});
