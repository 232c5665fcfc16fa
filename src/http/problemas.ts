/** `/problemas`: what waits for a supervisor about the workbook, what is wrong in it (spec 7). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { ProblemasPage } from "../../views/problemas.tsx";
import { HechoSwap } from "../../views/rechazo.tsx";
import {
  aceptarCambio,
  aplicarCongelada,
  type Decidido,
  deshacerCambio,
} from "../actions/planilla.ts";
import type { CambioVisto } from "../domain/cambio-visto.ts";
import { parseTag } from "../domain/spool.ts";
import { decisionesFragment } from "../live/fragments.ts";
import type { Vista } from "../live/vista.ts";
import { parseTagUri } from "./accion-form.ts";
import type { Deps, Env } from "./context.ts";
import { readForm } from "./form.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { isHtmx, type Pages } from "./pages.ts";
import { unlessAway } from "./perform.ts";
import { RETRY_AFTER_S, type Told, tell, tellEdge } from "./refusals.ts";

const PATH = "/problemas";
/** A reading's name is the sync's own; nothing that it makes is longer. */
const HUELLA_MAX = 200;

const form = z.object({
  huella: z.string().min(1).max(HUELLA_MAX),
  tag_spool: z.string().optional(),
  tag_uri: z.string().optional(),
});

type Asked = { readonly huella: string; readonly tag: CambioVisto["tag"] | null };

async function parse(c: Context<Env>): Promise<Asked | Told> {
  const read = await readForm(c);
  if (!read.ok) return read.told;
  const asked = form.safeParse(read.fields);
  if (!asked.success) return tellEdge("SOLICITUD_INVALIDA");
  const { huella, tag_spool, tag_uri } = asked.data;
  return { huella, tag: tag_uri === undefined ? parseTag(tag_spool ?? "") : parseTagUri(tag_uri) };
}

type ProblemasVista = Extract<Vista, { kind: "problemas" }>;

const vistaOf = (c: Context<Env>): ProblemasVista => ({
  kind: "problemas",
  trabajadorId: c.get("actor").trabajador.id,
});

/** The page's own part as it stands now, so that it is right before its stream is. */
const standing = (c: Context<Env>, { floor }: Deps): string =>
  decisionesFragment(vistaOf(c), floor).html;

/** Decides, and answers with fragments for htmx or a redirect for a browser without script. */
async function answer(
  c: Context<Env>,
  deps: Deps,
  pages: Pages,
  message: string,
  decide: () => Promise<Decidido>,
): Promise<Response> {
  const done = await unlessAway(deps, c.get("actor"), decide);
  if (!done.ok) {
    const told = "told" in done ? done.told : tell(done.refusal);
    if (told.status === 503) c.header("Retry-After", String(RETRY_AFTER_S));
    return pages.refuse(c, told, standing(c, deps));
  }
  await showOwn(c, deps, done.seq);
  if (!isHtmx(c)) return c.redirect(PATH, 303);
  return c.html(HechoSwap({ message }) + standing(c, deps));
}

/** A decision on one hand edit. */
const onCambio =
  (deps: Deps, pages: Pages, message: string, decide: typeof aceptarCambio) =>
  async (c: Context<Env>): Promise<Response> => {
    const asked = await parse(c);
    if ("status" in asked) return pages.refuse(c, asked);
    const { tag, huella } = asked;
    if (!tag) return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA"));
    const { act } = deps;
    const said = `${message} ${tag}`;
    return answer(c, deps, pages, said, () => decide(act, { tag, huella }, c.get("actor")));
  };

export function problemasRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { floor, policy, act } = deps;
  return new Hono<Env>()
    .get("/", (c) => {
      const { trabajador } = c.get("actor");
      const live = pages.live(c, "Problemas de la planilla", vistaOf(c));
      const shell = { ...live, extra: ["tablero.css"] } as const;
      const { planilla } = floor;
      return c.html(ProblemasPage({ shell, planilla, quien: trabajador, zone: policy.zone }));
    })
    .post("/aceptar", onCambio(deps, pages, "Se aceptó lo de la planilla:", aceptarCambio))
    .post("/deshacer", onCambio(deps, pages, "ZEUES escribe de nuevo lo suyo:", deshacerCambio))
    .post("/importar", async (c) => {
      const asked = await parse(c);
      if ("status" in asked) return pages.refuse(c, asked);
      const actor = c.get("actor");
      const message = "La planilla se importa en la próxima lectura";
      return answer(c, deps, pages, message, () => aplicarCongelada(act, asked.huella, actor));
    });
}
