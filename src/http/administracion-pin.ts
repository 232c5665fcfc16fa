/** PINs, put and taken away by a supervisor; and whether everybody needs one (spec 8). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { SecretoPage } from "../../views/administracion-secreto.tsx";
import { poner, quitar } from "../actions/acceso.ts";
import { ajustar } from "../actions/ajustar.ts";
import { accesoKey, parsePin } from "../domain/acceso.ts";
import type { Seq } from "../domain/event.ts";
import { nombreCompleto, type Trabajador } from "../domain/trabajador.ts";
import { hashSecret } from "../identity/secret.ts";
import { adminOf, listo, nombrar, said } from "./administracion-comun.ts";
import {
  intentosDe,
  olvidar,
  personaDe,
  personaPath,
  verPagina,
} from "./administracion-personas.ts";
import type { Deps, Env } from "./context.ts";
import { SECRET_MAX } from "./entrada-pages.ts";
import { busy, fieldsOf } from "./fields.ts";
import { showOwn } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";
import { tell } from "./refusals.ts";
import { pinElegido } from "./sesion-pin.ts";

const pinForm = z.object({ pin: z.string().max(SECRET_MAX) });
const politicaForm = z.object({ pin: z.enum(["opcional", "obligatorio"]) });

/** Four random digits that nobody would try first. */
function generarPin(): string {
  for (;;) {
    const [bits = 0] = crypto.getRandomValues(new Uint32Array(1));
    const pin = String(bits % 10_000).padStart(4, "0");
    if (parsePin(pin) === pin) return pin;
  }
}

/** Puts a PIN in place of whatever stands. Throws LedgerUnavailable, Busy. */
async function ponerPin(
  c: Context<Env>,
  deps: Deps,
  trabajador: Trabajador,
  pin: string,
): Promise<Seq> {
  const { id } = trabajador;
  const clave = await hashSecret(pin);
  const seq = await poner(
    deps,
    accesoKey("pin", String(id)),
    (version) => ({ kind: "pin", version, trabajadorId: id, clave, desdeMs: deps.now() }),
    (before) => said(c, before ? "PIN cambiado" : "PIN puesto", nombrar(trabajador)),
  );
  // Who forgot the old one may type the new one at once.
  const tried = intentosDe(deps, trabajador).filter((one) => one.id.startsWith("pin:"));
  return (await olvidar(c, deps, trabajador, tried)) ?? seq;
}

async function escrito(c: Context<Env>, deps: Deps, pages: Pages, trabajador: Trabajador) {
  const asked = await fieldsOf(c, pinForm);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const pin = pinElegido(asked.fields.pin);
  if (typeof pin !== "string") {
    const { message: error, status } = pin;
    return verPagina(c, deps, pages, trabajador, { error, status });
  }
  const seq = await ponerPin(c, deps, trabajador, pin);
  return listo(c, deps, seq, [personaPath(trabajador), "pin"]);
}

async function generado(c: Context<Env>, deps: Deps, pages: Pages, trabajador: Trabajador) {
  const pin = generarPin();
  const seq = await ponerPin(c, deps, trabajador, pin);
  await showOwn(c, deps, seq);
  const secreto = {
    titulo: `PIN de ${nombreCompleto(trabajador)}`,
    texto: pin,
    qr: false,
    notas: ["Dáselo solo a esa persona. Puede cambiarlo ella misma, en Inicio."],
    seguir: personaPath(trabajador),
  };
  return c.html(SecretoPage({ admin: adminOf(c, deps, pages, "personas"), secreto }));
}

async function politica(c: Context<Env>, deps: Deps, pages: Pages) {
  const asked = await fieldsOf(c, politicaForm);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const { ledger, floor, now } = deps;
  const done = await ajustar(ledger, floor.ajustes, asked.fields, c.get("actor"), now());
  if (!done.ok) return pages.refuse(c, tell(done.refusal));
  return listo(c, deps, done.event.seq, ["/administracion/personas", "politica"]);
}

export function pinRoutes(deps: Deps, pages: Pages): Hono<Env> {
  type Work = (
    c: Context<Env>,
    deps: Deps,
    pages: Pages,
    trabajador: Trabajador,
  ) => Promise<Response>;
  const about =
    (work: Work) =>
    async (c: Context<Env>): Promise<Response> => {
      const trabajador = personaDe(c, deps);
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      return work(c, deps, pages, trabajador).catch((error) => pages.refuse(c, busy(error)));
    };
  return new Hono<Env>()
    .post("/pin", (c) => politica(c, deps, pages))
    .post("/personas/:id/pin", about(escrito))
    .post("/personas/:id/pin/generar", about(generado))
    .post(
      "/personas/:id/pin/quitar",
      about(async (c, _, __, trabajador) => {
        const key = accesoKey("pin", String(trabajador.id));
        const seq = await quitar(deps, key, said(c, "PIN quitado", nombrar(trabajador)));
        return listo(c, deps, seq, [personaPath(trabajador), "sin-pin"]);
      }),
    );
}
