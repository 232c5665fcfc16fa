/** A supervisor signs in with name and password (spec 8). It tells nothing about who exists. */
import type { CredencialesDemo } from "../src/domain/demo.ts";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Campo, Clave, Fallo } from "./partes/campos.tsx";
import { DemoTarjeta } from "./partes/demo-tarjeta.tsx";

interface ClaveProps {
  readonly shell: Shell;
  readonly volver: string;
  /** As it was typed. */
  readonly usuario: string;
  readonly error: string | null;
  readonly demo: CredencialesDemo | null;
}

export const ClavePage = ({ shell, volver, usuario, error, demo }: ClaveProps) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1>Entrar como supervisor</h1>
      {demo ? <DemoTarjeta demo={demo} inscrito /> : null}
      <form class="entrada" method="post" action="/sesion/clave">
        <Fallo error={error} />
        <input type="hidden" name="volver" value={attr(volver)} />
        <Campo nombre="usuario" texto="Usuario" valor={usuario} autocomplete="username" />
        <Clave nombre="clave" texto="Clave" autocomplete="current-password" />
        <button class="boton lleno">Entrar</button>
      </form>
      <p class="pie">
        <a href="/sesion">Volver</a>
      </p>
    </main>
  </Layout>
);
