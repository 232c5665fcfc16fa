/** Who are you? On an enrolled tablet a name is picked; elsewhere nobody is named (spec 8). */
import type { CredencialesDemo } from "../src/domain/demo.ts";
import { nombreCompleto, type Trabajador } from "../src/domain/trabajador.ts";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { DemoTarjeta } from "./partes/demo-tarjeta.tsx";

interface Persona {
  readonly trabajador: Trabajador;
  /** They will be asked for a PIN. */
  readonly pin: boolean;
}

interface SesionProps {
  readonly shell: Shell;
  /** The tablet's name; null = this browser is not enrolled. */
  readonly tablet: string | null;
  /** Active workers by name; none on a browser that is not enrolled. */
  readonly trabajadores: readonly Persona[];
  /** Those who used this tablet last. */
  readonly recientes: readonly Trabajador[];
  readonly demo: CredencialesDemo | null;
  /** Where to go afterwards: a path of ours. */
  readonly volver: string;
}

const roles = (t: Trabajador): string =>
  t.roles.map((rol) => (rol === "Metrologia" ? "Metrología" : rol)).join(", ") || "Sin rol";

const Nombre = ({ trabajador: t, pin }: Persona) => (
  <button class="boton" name="trabajador" value={attr(t.id)}>
    <b safe>{nombreCompleto(t)}</b>
    <small safe>{`${t.id} · ${roles(t)}${pin ? " · PIN" : ""}`}</small>
  </button>
);

const Nombres = ({ trabajadores, recientes, volver }: Omit<SesionProps, "shell" | "demo">) => {
  const last = new Set(recientes);
  const first = recientes.flatMap((t) => trabajadores.find((p) => p.trabajador === t) ?? []);
  const rest = trabajadores.filter(({ trabajador }) => !last.has(trabajador));
  return (
    <>
      {trabajadores.length === 0 ? (
        <p class="nota">
          Todavía no hay trabajadores. Importa la planilla del taller con <code>zeues import</code>.
        </p>
      ) : null}
      <form class="nombres" method="post" action="/sesion">
        <input type="hidden" name="volver" value={Bun.escapeHTML(volver)} />
        {first.length > 0 ? <h2>Los últimos aquí</h2> : null}
        {first.map(Nombre)}
        {first.length > 0 && rest.length > 0 ? <h2>Todos</h2> : null}
        {rest.map(Nombre)}
      </form>
    </>
  );
};

const SinInscribir = ({ volver }: { volver: string }) => (
  <div class="entrada">
    <p class="nota">Este dispositivo todavía no está inscrito en el taller.</p>
    <a class="boton lleno" href="/tablet">
      Inscribir este tablet con un código
    </a>
    <a class="boton" href={attr(`/sesion/clave?volver=${encodeURIComponent(volver)}`)}>
      Entrar como supervisor
    </a>
  </div>
);

export const SesionPage = ({ shell, demo, ...props }: SesionProps) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1>{(props.tablet === null ? "Entrar" : "¿Quién eres?") as "safe"}</h1>
      {demo ? <DemoTarjeta demo={demo} inscrito={props.tablet !== null} /> : null}
      {props.tablet === null ? <SinInscribir volver={props.volver} /> : <Nombres {...props} />}
      {props.tablet === null ? null : (
        <p class="pie">
          <span safe>{`Tablet: ${props.tablet}`}</span>{" "}
          <a href={attr(`/sesion/clave?volver=${encodeURIComponent(props.volver)}`)}>
            Entrar con clave de supervisor
          </a>
        </p>
      )}
    </main>
  </Layout>
);
