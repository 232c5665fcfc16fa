/** Which ZEUES this is, and out of what it was made. */
import { version } from "../package.json" with { type: "json" };

interface Build {
  /** As git names it, shortened; null when it was built outside of a clone. */
  readonly commit: string | null;
  /** The clone had changes that were not committed. */
  readonly dirty: boolean;
  readonly target: string;
}

/** What .ci/build.ts writes into the binary. */
declare const ZEUES_BUILD: Build | undefined;
const build: Build | null = typeof ZEUES_BUILD === "undefined" ? null : ZEUES_BUILD;

/** Of package.json, as pages and `/healthz` show it. */
export const VERSION: string = version;

/** True in the binary, false from source. */
export const COMPILED: boolean = build !== null;

/** Of the commit that the binary was made of; "" where that is not known, and from source. */
export const COMMIT: string = build?.commit ?? "";

/** One line for whoever must know exactly: version, commit, what for, which Bun. */
export function describeVersion(): string {
  const bun = `Bun ${Bun.version}`;
  if (build === null) return `zeues ${VERSION} (desde el código fuente; ${bun})`;
  const commit = build.commit === null ? "sin commit" : `commit ${build.commit}`;
  const dirty = build.dirty ? ", con cambios sin guardar" : "";
  return `zeues ${VERSION} (${commit}${dirty}; ${build.target}; ${bun})`;
}
