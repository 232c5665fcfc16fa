/** What any ZEUES must be able to do, asked of a running one: shown by a person's day in short. */

import { signIn, TOKEN } from "./shop.ts";
import { openSse } from "./sse.ts";
import { type How, startZeues } from "./terminal.ts";

/** Of the made-up shop: may fit up. */
const LUIS = 21;
const auth = { Authorization: `Bearer ${TOKEN}` };

interface Listed {
  readonly spools: readonly { readonly tag_spool: string; readonly ocupado_por: unknown }[];
}

function must(good: boolean, what: string): void {
  if (!good) throw new Error(`smoke: ${what}`);
}

async function spoolsOf(url: string, query: string): Promise<Listed["spools"]> {
  const answer = await fetch(`${url}/api/spools?operacion=ARM&limit=1&${query}`, { headers: auth });
  return ((await answer.json()) as Listed).spools;
}

/** Signs in as a worker on an enrolled tablet, takes a spool, sees it on a stream. @returns it */
async function takeOne(url: string): Promise<string> {
  const cookie = await signIn(url, LUIS);
  using stream = await openSse(`${url}/api/sse/stream`, auth);
  const page = await fetch(`${url}/operacion/ARM`, { headers: { Cookie: cookie } });
  const [first] = await spoolsOf(url, "estado=disponible");
  const tag = first?.tag_spool ?? "";
  must(page.status === 200 && (await page.text()).includes("<html"), "no page");
  const answer = await fetch(`${url}/acciones`, {
    method: "POST",
    headers: { Cookie: cookie, Origin: url },
    body: new URLSearchParams({ tag_spool: tag, operacion: "ARM", accion: "TOMAR" }),
    redirect: "manual",
  });
  must(answer.status === 303, `TOMAR was answered with ${answer.status}`);
  const { data } = await stream.next("spool_update");
  must(data.includes(tag), `the stream said ${data}`);
  for (const name of ["app.css", "htmx.js", "icono-192.png"]) {
    const asset = await fetch(`${url}/static/${name}`);
    must(asset.ok && (await asset.bytes()).length > 1_000, `no ${name}`);
  }
  return tag;
}

/**
 * Starts on an empty folder, works, stops by a signal, starts again on the same folder.
 * @param data ZEUES_DATA, as the program sees it
 * @returns the lines of its log; throws with what was wrong
 */
export async function smoke(how: How, data: string): Promise<string> {
  const env = { ZEUES_DATA: data, ZEUES_API_TOKEN: TOKEN, ZEUES_LOG: "info" };
  const first = await startZeues(env, how);
  let tag: string;
  try {
    tag = await takeOne(first.url);
  } catch (error) {
    await first.stop("SIGKILL");
    throw new Error(`${error}\n${first.stderr()}`);
  }
  must((await first.stop("SIGTERM")) === 0, "SIGTERM did not end it with 0");
  await using second = await startZeues(env, how);
  const [again] = await spoolsOf(second.url, `q=${encodeURIComponent(tag)}`);
  must(again?.ocupado_por !== null && again?.tag_spool === tag, "what was done is gone");
  must((await second.stop("SIGINT")) === 0, "SIGINT did not end it with 0");
  return first.stderr() + second.stderr();
}
