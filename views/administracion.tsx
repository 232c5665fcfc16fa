/** The frame of the administration's pages, and where they begin (spec 8). */
import type { Children } from "@kitajs/html";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Icono } from "./partes/icono.tsx";
import { numero } from "./textos.ts";

export type Lugar = "personas" | "tablets" | "tokens" | "sesiones" | "registro" | "clave";

const LUGARES: readonly (readonly [Lugar, texto: string])[] = [
  ["personas", "Personas"],
  ["tablets", "Tablets"],
  ["tokens", "Tokens"],
  ["sesiones", "Sesiones"],
  ["registro", "Registro"],
  ["clave", "Mi clave"],
];

/** What each of these pages needs beside its own. */
export interface Admin {
  readonly shell: Shell;
  readonly lugar: Lugar | null;
  /** What was just done, one sentence; null = nothing. */
  readonly hecho: string | null;
  /** Where to come back to once the password was given again; null = no need to. */
  readonly volver: string | null;
  readonly zone: string;
}

const Nav = ({ lugar }: Pick<Admin, "lugar">) => (
  <nav class="subnav" aria-label="Administración">
    {LUGARES.map(([lugarDe, texto]) => (
      <a
        href={`/administracion/${lugarDe}`}
        aria-current={lugarDe === lugar ? "page" : undefined}
        safe
      >
        {texto}
      </a>
    ))}
  </nav>
);

/** A page of the administration. */
export const AdminPage = ({
  admin,
  titulo,
  children,
}: {
  admin: Admin;
  titulo: string;
  children: Children;
}) => (
  <Layout {...admin.shell}>
    <main id="zona" class="administracion">
      <Nav lugar={admin.lugar} />
      <h1 safe>{titulo}</h1>
      {admin.hecho === null ? null : (
        <p class="hecho" role="status">
          <Icono nombre="listo" /> <span safe>{admin.hecho}</span>
        </p>
      )}
      {admin.volver === null ? null : (
        <p class="otra-vez">
          <span>Para cambiar algo aquí, da tu clave otra vez.</span>
          <a class="boton" href={attr(`/sesion/clave?volver=${encodeURIComponent(admin.volver)}`)}>
            Dar mi clave
          </a>
        </p>
      )}
      {children as "safe"}
    </main>
  </Layout>
);

export interface Resumen {
  readonly personas: number;
  readonly conPin: number;
  readonly supervisores: number;
  readonly tablets: number;
  readonly tokens: number;
  readonly sesiones: number;
}

const Puerta = ({ href, texto, detalle }: { href: string; texto: string; detalle: string }) => (
  <a class="puerta" href={attr(href)}>
    <b safe>{texto}</b>
    <small safe>{detalle}</small>
  </a>
);

const contado = (n: number, uno: string, varios: string): string =>
  `${numero(n)} ${n === 1 ? uno : varios}`;

export const AdministracionPage = ({ admin, resumen: r }: { admin: Admin; resumen: Resumen }) => (
  <AdminPage admin={admin} titulo="Administración">
    <nav class="puertas" aria-label="Qué hay aquí">
      <Puerta
        href="/administracion/personas"
        texto="Personas"
        detalle={[
          contado(r.personas, "activa", "activas"),
          `${numero(r.conPin)} con PIN`,
          `${numero(r.supervisores)} con clave`,
        ].join(", ")}
      />
      <Puerta
        href="/administracion/tablets"
        texto="Tablets"
        detalle={contado(r.tablets, "inscrito", "inscritos")}
      />
      <Puerta
        href="/administracion/tokens"
        texto="Tokens"
        detalle={`${contado(r.tokens, "programa", "programas")}`}
      />
      <Puerta
        href="/administracion/sesiones"
        texto="Sesiones"
        detalle={contado(r.sesiones, "en uso", "en uso")}
      />
      <Puerta href="/administracion/registro" texto="Registro" detalle="Qué pasó, y quién fue" />
      <Puerta href="/administracion/clave" texto="Mi clave" detalle="Cambiarla" />
    </nav>
  </AdminPage>
);
