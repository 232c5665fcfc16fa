/**
 * The peer of a page: the same rows by hono/jsx, each request anew, as one would write it first.
 * Calls of `jsx` instead of tags, since this repository's JSX is another library's.
 */
import { Hono } from "hono";
import { jsx } from "hono/jsx";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import { formatInstant, isoInstant } from "../../src/domain/fecha.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { estadoDe, firmante, type Spool } from "../../src/domain/spool.ts";
import { enPantalla } from "../../src/domain/trabajador.ts";
import type { Floor } from "../../src/floor/floor.ts";
import type { Entry } from "../../src/floor/sorted-list.ts";
import { rowId } from "../../views/swaps.tsx";
import { carreteUrl, nvOt } from "../../views/textos.ts";

const tagOf = (spool: Spool) =>
  jsx(
    "a",
    { class: "tag", href: carreteUrl(spool.tag) },
    jsx("b", {}, spool.tag),
    jsx("small", {}, nvOt(spool)),
  );

function disponible(spool: Spool) {
  const quien = firmante(spool, "ARM");
  const estado = estadoDe(spool, "ARM");
  const { tag } = spool;
  return [
    tagOf(spool),
    jsx("small", { class: "nota" }, quien ? `${estado} · ${quien.etiqueta}` : estado),
    jsx(
      "form",
      { class: "acciones", method: "post", action: "/acciones", "hx-post": "/acciones" },
      jsx("input", { type: "hidden", name: "tag_spool", value: tag }),
      jsx("input", { type: "hidden", name: "operacion", value: "ARM" }),
      jsx(
        "button",
        { class: "boton lleno", name: "accion", value: "TOMAR", "aria-label": `Tomar ${tag}` },
        "Tomar",
      ),
    ),
  ];
}

function ocupado(spool: Spool, policy: Policy) {
  const { ocupacion } = spool;
  if (!ocupacion) return [];
  const { desdeMs, operacion, trabajador } = ocupacion;
  const datetime = isoInstant(desdeMs, policy.zone);
  const minute = formatInstant(desdeMs, policy.zone).slice(0, 16);
  return [
    tagOf(spool),
    jsx("span", { class: "quien" }, enPantalla(trabajador)),
    jsx("span", { class: `marca ${operacion}` }, operacion),
    jsx(
      "span",
      { class: "desde" },
      jsx("b", { class: "lapso", "data-desde": String(desdeMs) }),
      jsx("small", {}, "desde ", jsx("time", { datetime }, minute)),
    ),
    jsx("small", { class: "detalle" }, estadoDetalle(spool, policy)),
  ];
}

function row(ul: "disponibles" | "ocupados", spool: Spool, orden: string, policy: Policy) {
  const cells = ul === "disponibles" ? disponible(spool) : ocupado(spool, policy);
  const { tag, version } = spool;
  const props = { id: rowId(ul, tag), class: `fila ${ul}`, "data-v": version, "data-k": orden };
  return jsx("li", props, ...cells);
}

/** A list's first rows as a page's body. */
export const peerList = (
  floor: Floor,
  policy: Policy,
  ul: "disponibles" | "ocupados",
  entries: readonly Entry[],
): string =>
  String(
    jsx(
      "html",
      { lang: "es-CL" },
      jsx(
        "body",
        {},
        jsx(
          "ul",
          { id: ul },
          ...entries.map(({ tag, orden }) => {
            const spool = floor.spool(tag);
            return spool ? row(ul, spool, orden, policy) : "";
          }),
        ),
      ),
    ),
  );

/** A server of these lists alone. */
export const peerApp = (floor: Floor, policy: Policy): Hono =>
  new Hono()
    .get("/operacion/ARM", (c) => {
      const entries = floor.list("disponibles:ARM").slice(0, 200);
      return c.html(peerList(floor, policy, "disponibles", entries));
    })
    .get("/tablero", (c) => c.html(peerList(floor, policy, "ocupados", floor.list("ocupados"))));
