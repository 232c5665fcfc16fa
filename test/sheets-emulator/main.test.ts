/** The program: a folder of CSV files as a spreadsheet, and the variables to reach it with. */
import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The variables are printed last of all, in one piece. */
async function variables(output: ReadableStream<Uint8Array>): Promise<Map<string, string>> {
  let text = "";
  const reader = output.getReader();
  while (!/^GOOGLE_PRIVATE_KEY=.*\n/m.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  const lines = text.trim().split("\n");
  return new Map(lines.map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]));
}

test("a folder of CSV files is served, and the variables are printed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sheets-emulator-"));
  await writeFile(join(folder, "Roles.csv"), "Id;OT;Fecha\n7;00001;01-02-2024\n");
  const program = join(import.meta.dir, "main.ts");
  const child = Bun.spawn([process.execPath, program, folder], { stdout: "pipe" });
  try {
    const printed = await variables(child.stdout);
    expect([...printed.keys()]).toEqual([
      "GOOGLE_SHEET_ID",
      "GOOGLE_API_ROOT",
      "GOOGLE_TOKEN_URL",
      "GOOGLE_SERVICE_ACCOUNT_EMAIL",
      "GOOGLE_PRIVATE_KEY",
    ]);
    expect(printed.get("GOOGLE_TOKEN_URL")).toBe(`${printed.get("GOOGLE_API_ROOT")}token`);
    const snapshot = await fetch(`${printed.get("GOOGLE_API_ROOT")}_emulator/snapshot`);
    expect(await snapshot.json()).toEqual({
      Roles: [
        ["Id", "OT", "Fecha"],
        [7, "00001", 45323],
      ],
    });
  } finally {
    child.kill();
    await child.exited;
    await rm(folder, { recursive: true });
  }
});
