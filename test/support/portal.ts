/** Somebody's own browser at a running ZEUES: keeps its cookies, sends forms, follows nothing. */

export interface Portal {
  /** `zeues=…; zeues-tablet=…` */
  readonly cookie: () => string;
  get(path: string): Promise<Response>;
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Response>;
}

/** @param cookie what it has from before */
export function openPortal(url: string, cookie = ""): Portal {
  const pairs = cookie.split("; ").filter((pair) => pair !== "");
  const jar = new Map(pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]));
  const header = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { Accept: "text/html", Origin: url, Cookie: header() };
    const answer = await fetch(`${url}${path}`, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  return {
    cookie: header,
    get: (path) => send(path, {}),
    post: (path, fields) => send(path, { method: "POST", body: new URLSearchParams(fields) }),
  };
}
