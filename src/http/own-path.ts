/** Paths of our own site, so that no link can send a worker elsewhere. */

/** @returns the path, or the home page for what leads elsewhere */
export function ownPath(path: string | undefined): string {
  if (!path?.startsWith("/") || path.includes("\\")) return "/";
  const url = URL.parse(path, "http://zeues.invalid");
  // `/.//host` is a path of ours that is written `//host`, which names another site.
  return url?.host === "zeues.invalid" && !url.pathname.startsWith("//")
    ? `${url.pathname}${url.search}`
    : "/";
}
