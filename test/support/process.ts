/** ZEUES as a process of its own, for what only a process can show: kill -9 and a new start. */
import { TOKEN } from "./shop.ts";

export interface ZeuesProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Ends it with a signal and waits until it is gone. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

/** Starts `zeues serve` and waits for its line that says where it listens. */
export async function startProcess(folder: string, port = 0): Promise<ZeuesProcess> {
  const child = Bun.spawn([process.execPath, "src/main.ts", "serve"], {
    env: {
      PATH: process.env.PATH ?? "",
      PORT: String(port),
      HOST: "127.0.0.1",
      ZEUES_DATA: folder,
      ZEUES_API_TOKEN: TOKEN,
      ZEUES_LOG: "silent",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.getReader();
  let text = "";
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`zeues ended with ${await child.exited}: ${text}`);
    text += new TextDecoder().decode(value);
    url = /(http:\/\/[^/\s]+)\//.exec(text)?.[1];
  }
  const kill = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    child.kill(signal);
    await child.exited;
  };
  return {
    url,
    port: Number(new URL(url).port),
    kill,
    [Symbol.asyncDispose]: () => kill("SIGTERM"),
  };
}
