/** curl as the client: another implementation than ours, of HTTP/1.1 and HTTP/2. */
import { launch } from "./program.ts";

export type HttpVersion = "1.1" | "2";

const FLAGS: Readonly<Record<HttpVersion, string>> = { "1.1": "--http1.1", "2": "--http2" };

export interface CurlOptions {
  readonly version?: HttpVersion;
  readonly headers?: Readonly<Record<string, string>>;
  readonly more?: readonly string[];
}

const commandOf = (url: string, { version = "1.1", headers = {}, more = [] }: CurlOptions) => [
  ...["curl", "--insecure", "--silent", "--include", "--no-buffer", FLAGS[version]],
  ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
  ...more,
  url,
];

export interface CurlStream extends AsyncDisposable {
  /** Resolves once head and body so far hold the words; rejects when it ends without. */
  said(words: RegExp): Promise<void>;
}

/** Opens a stream that is read as it comes, its head before it. */
export function openCurl(url: string, options: CurlOptions = {}): CurlStream {
  const { said, kill } = launch(commandOf(url, options));
  return { said, [Symbol.asyncDispose]: () => kill("SIGKILL") };
}

/** One request to its end. @returns head and body; empty when there was no answer */
export async function curl(url: string, options: CurlOptions = {}): Promise<string> {
  const child = Bun.spawn(commandOf(url, options), { stdio: ["ignore", "pipe", "ignore"] });
  return await new Response(child.stdout).text();
}
