/** Who are you? Today a name is enough; PINs and enrolled tablets come here later (spec 8). */
import { nombreCompleto, type Trabajador } from "../src/domain/trabajador.ts";
import { Layout, type Shell } from "./layout.tsx";

interface SesionProps {
  readonly shell: Shell;
  /** Active workers by name. */
  readonly trabajadores: readonly Trabajador[];
  /** Where to go afterwards: a path of ours. */
  readonly volver: string;
}

const roles = (t: Trabajador): string =>
  t.roles.map((rol) => (rol === "Metrologia" ? "Metrología" : rol)).join(", ") || "Sin rol";

export const SesionPage = ({ shell, trabajadores, volver }: SesionProps) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1>¿Quién eres?</h1>
      {trabajadores.length === 0 ? (
        <p class="nota">
          Todavía no hay trabajadores. Importa la planilla del taller con <code>zeues import</code>.
        </p>
      ) : null}
      <form class="nombres" method="post" action="/sesion">
        <input type="hidden" name="volver" value={Bun.escapeHTML(volver)} />
        {trabajadores.map((t) => (
          <button class="boton" name="trabajador" value={String(t.id)}>
            <b safe>{nombreCompleto(t)}</b>
            <small safe>{`${t.id} · ${roles(t)}`}</small>
          </button>
        ))}
      </form>
    </main>
  </Layout>
);
