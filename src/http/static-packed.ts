/**
 * A static file in each coding that it goes out in. The binary holds them as they are sent: the
 * build (.ci/build.ts) replaces static-files.ts by what `pack` made of it, so that no start has to
 * compress anything. From source each is made when it is first asked for.
 */
import type { Coding } from "./encoding.ts";

export interface StaticFile {
  /** Content-Type. */
  readonly type: string;
  /** Start of the content's SHA-256, hex. */
  readonly hash: string;
  readonly as: (coding: Coding) => Uint8Array<ArrayBuffer>;
}

/** Base64 of each coding but the plain one, which gzip gives back. */
interface Packed extends Pick<StaticFile, "type" | "hash"> {
  readonly br: string;
  readonly gzip: string;
}

type Named<F> = Readonly<Record<string, F>>;

const HASH_CHARS = 12;

/** What stands for a content in its address and its tags. */
export const hashOf = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, HASH_CHARS);

/** Calls `make` once for each coding, when it is first asked for. */
export function made(make: StaticFile["as"]): StaticFile["as"] {
  const kept = new Map<Coding, Uint8Array<ArrayBuffer>>();
  return (coding) => {
    const bytes = kept.get(coding) ?? make(coding);
    kept.set(coding, bytes);
    return bytes;
  };
}

/** As JSON can hold them. */
export const pack = (files: Named<StaticFile>): Named<Packed> =>
  Object.fromEntries(
    Object.entries(files).map(([name, { type, hash, as }]) => {
      const [br, gzip] = (["br", "gzip"] as const).map((coding) => as(coding).toBase64());
      return [name, { type, hash, br: br ?? "", gzip: gzip ?? "" }];
    }),
  );

/** What `pack` made, as it was before. */
export const unpack = <Name extends string>(packed: Readonly<Record<Name, Packed>>) =>
  Object.fromEntries(
    Object.entries<Packed>(packed).map(([name, { type, hash, br, gzip }]) => {
      const as = made((coding) =>
        coding === "identity"
          ? Bun.gunzipSync(Uint8Array.fromBase64(gzip))
          : Uint8Array.fromBase64(coding === "br" ? br : gzip),
      );
      return [name, { type, hash, as }];
    }),
  ) as Record<Name, StaticFile>;
