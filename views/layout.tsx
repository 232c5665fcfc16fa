/** The shell of every page: head, bar with the connection's state, the places for answers. */
import type { Children } from "@kitajs/html";
import { nombreCompleto, type Trabajador } from "../src/domain/trabajador.ts";
import { Almacen } from "./partes/almacen.tsx";
import { attr } from "./partes/attr.ts";
import { Icono } from "./partes/icono.tsx";

/** Public addresses of the static files, with their content's hash. */
export type Assets = Readonly<
  Record<
    | "app.css"
    | "live.js"
    | "tablet.js"
    | "tablero.css"
    | "tablero.js"
    | "muro.js"
    | "planilla.js"
    | "entrada.js"
    | "entrada.css"
    | "administracion.css"
    | "htmx.js"
    | "sse.js"
    | "icons.svg"
    | "manifest.webmanifest",
    string
  >
>;

/** Where a page's stream is, and the place in the log that the page shows. */
export interface Vivo {
  /** `/eventos?vista=tablero`, without `desde`. */
  readonly eventos: string;
  readonly desde: number;
}

export interface Shell {
  readonly titulo: string;
  readonly quien: Trabajador | null;
  /** Which entry of the bar is this page's. */
  readonly lugar?: "inicio" | "buscar" | "tablero" | "hoy" | "administracion";
  /** They may administer, and gave their password (spec 8). */
  readonly administra?: boolean;
  /** They signed in with a PIN, and may change it. */
  readonly conPin?: boolean;
  /** Style sheets and scripts that this page needs beyond those of all. */
  readonly extra?: readonly (keyof Assets)[];
  readonly demo: boolean;
  /** What is wrong with the store, null when nothing is. */
  readonly almacen: string | null;
  readonly assets: Assets;
  /** The server's clock, epoch milliseconds: elapsed times are counted from it. */
  readonly ahoraMs: number;
  /** null = a page that stands still. */
  readonly vivo: Vivo | null;
}

/** Strict CSP: htmx must neither eval nor insert styles; refusals are swapped like answers. */
const HTMX_CONFIG = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  historyRestoreAsHxRequest: false,
  timeout: 10_000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: false },
  ],
});

/** `media` of a theme colour (HTML Standard, theme-color), which the JSX types do not know. */
const inScheme = (scheme: "light" | "dark") => ({ media: `(prefers-color-scheme: ${scheme})` });

const Enlace = ({ href, aqui, texto }: { href: string; aqui: boolean; texto: string }) => (
  <a href={attr(href)} aria-current={aqui ? "page" : undefined} safe>
    {texto}
  </a>
);

const Barra = ({
  quien,
  lugar,
  vivo,
  administra,
}: Pick<Shell, "quien" | "lugar" | "vivo" | "administra">) => (
  <header class="barra">
    <a class="nombre" href="/">
      ZEUES
    </a>
    {quien ? (
      <nav aria-label="Principal">
        <Enlace href="/" aqui={lugar === "inicio"} texto="Inicio" />
        <Enlace href="/buscar" aqui={lugar === "buscar"} texto="Buscar" />
        <Enlace href="/tablero" aqui={lugar === "tablero"} texto="Tablero" />
        <Enlace href="/hoy" aqui={lugar === "hoy"} texto="Hoy" />
        {administra ? (
          <Enlace href="/administracion" aqui={lugar === "administracion"} texto="Administración" />
        ) : null}
      </nav>
    ) : null}
    {vivo ? (
      <p id="conexion" class="conexion" role="status">
        <i class="punto" aria-hidden="true" />
        <span>Sin script</span>
        <button type="button" class="boton" hidden>
          Reconectar
        </button>
      </p>
    ) : null}
    {quien ? (
      <form class="yo" method="post" action="/sesion/salir">
        <span safe>{`${nombreCompleto(quien)} (${quien.id})`}</span>
        <button class="boton">Salir</button>
      </form>
    ) : null}
  </header>
);

/**
 * The one holder of the stream: it never changes, so that no second stream is ever opened
 * (field notes); live.js takes the real address from `#zona`.
 */
const Holder = () => (
  <div hx-ext="sse" sse-connect="/eventos">
    <div sse-swap="spool_update" hx-target="this" hx-swap="none" />
  </div>
);

/**
 * A whole page. Answers to actions bring what they change out of band; what htmx sends about them
 * goes by `#aviso`, which stays when a tapped row does not. `children` are rendered views.
 */
export function Layout({ children, ...shell }: Shell & { children: Children }) {
  const { titulo, assets, demo, almacen, vivo, ahoraMs, quien, extra = [] } = shell;
  return (
    <>
      {"<!doctype html>"}
      <html lang="es-CL">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="theme-color" content="#ffffff" {...inScheme("light")} />
          <meta name="theme-color" content="#1a2023" {...inScheme("dark")} />
          <meta name="htmx-config" content={attr(HTMX_CONFIG)} />
          <title safe>{`${titulo} · ZEUES`}</title>
          <link rel="icon" href={attr(`${assets["icons.svg"]}#marca`)} type="image/svg+xml" />
          <link rel="manifest" href={attr(assets["manifest.webmanifest"])} />
          <link rel="stylesheet" href={attr(assets["app.css"])} />
          {extra.map((name) =>
            name.endsWith(".css") ? (
              <link rel="stylesheet" href={attr(assets[name])} />
            ) : (
              <script src={attr(assets[name])} defer />
            ),
          )}
          <script src={attr(assets["htmx.js"])} defer />
          <script src={attr(assets["sse.js"])} defer />
          <script src={attr(assets["live.js"])} defer />
          <script src={attr(assets["tablet.js"])} defer />
        </head>
        <body
          data-ahora={String(ahoraMs)}
          data-quien={quien ? attr(quien.id) : undefined}
          hx-target="#aviso"
          hx-swap="none"
        >
          <a class="saltar" href="#zona">
            Ir al contenido
          </a>
          <Barra {...shell} />
          {demo ? (
            <aside class="demo" aria-label="Aviso">
              <Icono nombre="aviso" /> Taller de demostración: los datos son inventados.
            </aside>
          ) : null}
          <Almacen aviso={almacen} />
          <p id="rancio" class="rancio" hidden>
            <Icono nombre="aviso" /> Sin conexión hace <b class="lapso">0 min</b>: lo que ves puede
            no ser lo último.
          </p>
          <div id="rechazo" class="rechazo" role="alert" />
          <div class="avisos">
            <p id="envio" class="envio" role="status" />
            <div id="aviso" class="aviso" role="status" />
          </div>
          {children as "safe"}
          {vivo ? <Holder /> : null}
        </body>
      </html>
    </>
  );
}

/** The part of a page that its stream keeps true; a search swaps it whole. */
export const Zona = ({
  vivo,
  clase,
  children,
}: {
  vivo: Vivo;
  clase: string;
  children: Children;
}) => (
  <main id="zona" class={clase} data-eventos={attr(vivo.eventos)} data-desde={String(vivo.desde)}>
    {children as "safe"}
  </main>
);
