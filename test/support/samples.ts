/** Stored samples of what earlier versions wrote (test/samples), and what a server shows of one. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The bearer token of those who make and read samples. */
export const TOKEN = "a-token-for-samples-of-32-characters-or-more";

const FOLDER = join(import.meta.dir, "../samples");

/** Spools and histories as the JSON API tells them, by tag. */
export interface Shown {
  readonly spools: Readonly<Record<string, unknown>>;
  readonly histories: Readonly<Record<string, readonly unknown[]>>;
}

interface Answered {
  readonly spools?: readonly { readonly tag_spool: string }[];
  readonly events?: readonly unknown[];
}

async function ask(url: string, path: string, token: string): Promise<Answered> {
  const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as Answered;
}

/** What a running server shows of all spools. */
export async function shownBy(url: string, token = TOKEN): Promise<Shown> {
  const { spools = [] } = await ask(url, "/api/spools?limit=200", token);
  const out = {
    spools: {} as Record<string, unknown>,
    histories: {} as Record<string, readonly unknown[]>,
  };
  for (const { tag_spool: tag } of spools) {
    const name = encodeURIComponent(tag);
    out.spools[tag] = await ask(url, `/api/spools/${name}`, token);
    out.histories[tag] = (await ask(url, `/api/history/${name}`, token)).events ?? [];
  }
  return out;
}

/** Commits that there are samples of, for one store. */
export const samplesOf = (store: "sqlite" | "redis"): readonly string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(`.${store}.gz`))
    .map((name) => name.slice(0, name.indexOf(".")))
    .sort();

/** What a sample holds, unpacked. */
export async function sampleBytes(name: string): Promise<Uint8Array> {
  return Bun.gunzipSync(await Bun.file(join(FOLDER, name)).bytes());
}

/** What the version that wrote it showed of it. */
export const shownThen = (name: string): Promise<Shown> => Bun.file(join(FOLDER, name)).json();
