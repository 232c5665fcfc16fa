/**
 * A reader's terminal: one shell, in a folder that holds what a page may count on: the repository
 * as it is cloned, `zeues` on PATH, `planilla`, the shop's workbook as CSV, and where the page is
 * for those who have a shop, that shop in ZEUES_DATA.
 *
 * Rewritten are addresses only: 3000 is a free port (PORT), 6379 that of a real Redis, any other
 * port of this machine a free one of its own. `zeues serve` and the like stay: they are awaited,
 * and interrupted as by Ctrl-C where the reader must type something else; with `&` they run to the
 * end.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { until } from "../../bench/support/until.ts";
import { freePort } from "../support/free-port.ts";
import { startRedis } from "../support/redis-server.ts";
import { tempFolder } from "../support/shop.ts";
import { importedFolder, workbookFolder } from "../support/workbook.ts";
import { ROOT } from "./pages.ts";

const STAYS = /^(?:[A-Z_]+=\S+ )*(?:zeues(?: serve)?|npm start)(?: --)?(?: --demo-traffic)?( &)?$/;
const EMULATOR = /^npm run --silent sheets-emulator /;
const PORT = /(?<=\b(?:localhost|127\.0\.0\.1):|\bPORT=)\d{2,5}\b/g;
const CLONED = /^(src|views|static|test\/sheets-emulator|docs|[.]ci)\/|^[\w.]+$/;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

interface Staying {
  readonly line: string;
  readonly foreground: boolean;
  /** Ends all that the line started. @returns what went wrong, "" for nothing */
  end(signal: "SIGINT" | "SIGTERM"): Promise<string>;
}

export interface Terminal extends AsyncDisposable {
  /** Runs a statement to its end, or until the server that it starts answers. */
  type(statement: string): Promise<Outcome>;
  /** Ctrl-C, where something runs in the foreground. */
  interrupt(): Promise<void>;
  /** Ends what still runs. @returns servers that did not end well */
  close(): Promise<readonly string[]>;
}

/** The committed and the new files; packages are linked. */
function clone(to: string): void {
  const list = "git -c safe.directory=* ls-files -z --cached --others --exclude-standard";
  const files = Bun.spawnSync(list.split(" "), { cwd: ROOT }).stdout.toString().split("\0");
  for (const file of files.filter((one) => CLONED.test(one) && !one.endsWith(".jpg"))) {
    mkdirSync(join(to, dirname(file)), { recursive: true });
    // With its times: setup looks whether the lock file is newer than the packages.
    cpSync(join(ROOT, file), join(to, file), { preserveTimestamps: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(to, "node_modules"));
  cpSync(workbookFolder("taller"), join(to, "planilla"), { recursive: true });
}

/** The shell: reads statements from its input, says how each ended. */
function openShell(cwd: string, env: Readonly<Record<string, string>>) {
  const shell = Bun.spawn(["sh"], { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  const reader = shell.stdout.getReader();
  const decoder = new TextDecoder();
  let read = "";
  return {
    async run(statement: string): Promise<Outcome> {
      shell.stdin.write(`{ ${statement}\n} </dev/null 2>&1\nprintf '\\n§%s§\\n' $?\n`);
      shell.stdin.flush();
      for (;;) {
        const [whole, output = "", code = ""] = /^(.*?)\n§(\d+)§\n/s.exec(read) ?? [];
        if (whole !== undefined) {
          read = read.slice(whole.length);
          return { code: Number(code), output };
        }
        const { done, value } = await reader.read();
        if (done) return { code: -1, output: `the shell ended: ${read}` };
        read += decoder.decode(value, { stream: true });
      }
    },
    async end(): Promise<void> {
      shell.stdin.end();
      await shell.exited;
    },
  };
}

/** Starts what goes on by itself; resolves once it has said `words`. */
async function stay(line: string, cwd: string, env: Record<string, string>, words: RegExp) {
  const alone = line.replace(/ &$/, "");
  // A shell that waits for the program would end by the signal, whatever the program does.
  const command = alone.includes("|") ? alone : `exec env ${alone}`;
  const child = Bun.spawn(["sh", "-c", command], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = new Response(child.stderr).text();
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let said = "";
  const end: Staying["end"] = async (signal) => {
    if (child.exitCode === null) process.kill(-child.pid, signal);
    const code = await child.exited;
    // npm and a pipe have exit codes of their own.
    const own = /\bzeues\b/.test(command) && !command.includes("npm");
    return own && code !== 0 ? `${line} ended with ${code}: ${await errors}` : "";
  };
  for (;;) {
    const { done, value } = await reader.read();
    said += decoder.decode(value, { stream: true });
    if (words.test(said)) break;
    if (done) throw new Error(`${line} ended: ${said}${await errors}`);
  }
  // Whatever it says from now on must not make it wait.
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return { said, staying: { line, foreground: !line.endsWith(" &"), end } };
}

const LISTENS = /ZEUES escucha en (https?:\/\/[^/\s]+)\//;

interface Options {
  /** The binary. */
  readonly zeues: string;
  /** All its statements: what they name is made ready. */
  readonly page: readonly string[];
  /** Whether there is a shop in ZEUES_DATA already. */
  readonly shop: boolean;
}

export async function openTerminal({ zeues, page, shop }: Options): Promise<Terminal> {
  const folder = tempFolder();
  clone(folder.path);
  const bin = join(folder.path, ".bin-of-the-test");
  mkdirSync(bin);
  if (shop) {
    using made = await importedFolder("taller");
    cpSync(made.path, join(folder.path, "data"), { recursive: true });
  }
  symlinkSync(zeues, join(bin, "zeues"));
  const redis = page.some((line) => line.includes("redis://")) ? await startRedis() : null;
  const ports = new Map([["3000", String(await freePort())]]);
  if (redis) ports.set("6379", String(redis.port));
  for (const [port] of page.join("\n").matchAll(PORT)) {
    if (!ports.has(port)) ports.set(port, String(await freePort()));
  }
  const rewritten = (line: string) => line.replace(PORT, (port) => ports.get(port) ?? port);
  const shell = openShell(folder.path, {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: folder.path,
    HOST: "127.0.0.1",
    PORT: ports.get("3000") ?? "",
    ZEUES_DATA: join(folder.path, "data"),
    ZEUES_LOG: "silent",
    npm_config_update_notifier: "false",
  });
  const running: Staying[] = [];
  const wrong: string[] = [];
  const stop = async (which: readonly Staying[], signal: "SIGINT" | "SIGTERM") => {
    for (const one of which) {
      running.splice(running.indexOf(one), 1);
      const why = await one.end(signal);
      if (why !== "") wrong.push(why);
    }
  };
  const start = async (line: string): Promise<Outcome> => {
    const state = join(folder.path, ".state-of-the-test");
    await shell.run(`{ pwd; env -0; } >'${state}'`);
    const [cwd = "", rest = ""] = readFileSync(state, "utf8").split(/\n(.*)/s);
    const env = Object.fromEntries(rest.split("\0").map((one) => one.split(/=(.*)/s)));
    const emulated = EMULATOR.test(line);
    const words = emulated ? /END PRIVATE KEY-----"\n/ : LISTENS;
    const { said, staying } = await stay(line, cwd, env, words);
    running.push(staying);
    if (emulated) {
      // tee writes the file after the terminal.
      const file = join(cwd, "emulator.env");
      const whole = await until(() => existsSync(file) && words.test(readFileSync(file, "utf8")));
      return { code: whole ? 0 : 1, output: said };
    }
    // A page may make a certificate of its own for it.
    const tls = { rejectUnauthorized: false };
    const answer = await fetch(`${LISTENS.exec(said)?.[1]}/healthz`, { tls });
    return { code: answer.ok ? 0 : answer.status, output: said };
  };
  const close = async () => {
    await stop([...running], "SIGTERM");
    await shell.end();
    return wrong;
  };
  return {
    async type(statement) {
      const line = rewritten(statement.replace(/\s+#\s.*$/, ""));
      return STAYS.test(line) || EMULATOR.test(line) ? start(line) : shell.run(line);
    },
    interrupt: () =>
      stop(
        running.filter(({ foreground }) => foreground),
        "SIGINT",
      ),
    close,
    async [Symbol.asyncDispose]() {
      await close();
      await redis?.[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
