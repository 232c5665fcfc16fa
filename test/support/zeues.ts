/** The command line as a program of its own. */
type Env = Readonly<Record<string, string>>;

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end. @param before a command that runs it, `["setpriv", …]` */
export async function zeues(
  args: readonly string[],
  env: Env = {},
  before: readonly string[] = [],
): Promise<Said> {
  const child = Bun.spawn([...before, process.execPath, "src/main.ts", ...args], {
    env: { PATH: process.env.PATH ?? "", ZEUES_LOG: "silent", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const [out = "", err = ""] = await Promise.all(texts);
  return { code: await child.exited, out, err };
}
