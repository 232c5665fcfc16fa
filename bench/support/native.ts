/** The C programs of bench/native, compiled when a benchmark starts. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./process.ts";

/**
 * Compiles a program with the machine's C compiler, optimised.
 * @returns its path, in a temporary folder. Throws with what to install, or what is wrong with it.
 */
export async function compileNative(name: "broadcast" | "readers"): Promise<string> {
  const compiler = Bun.which("cc");
  if (!compiler) throw new Error("no C compiler: run `bash .ci/setup bench`");
  const path = join(await mkdtemp(join(tmpdir(), "zeues-native-")), name);
  const source = join(ROOT, "bench", "native", `${name}.c`);
  const child = Bun.spawnSync([compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", path, source]);
  if (child.exitCode !== 0) throw new Error(child.stderr.toString());
  return path;
}
