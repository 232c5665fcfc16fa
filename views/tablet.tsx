/** A browser becomes a tablet of the shop (spec 8). */
import { Layout, type Shell } from "./layout.tsx";
import { Campo, Fallo } from "./partes/campos.tsx";

interface TabletProps {
  readonly shell: Shell;
  /** The name under which it is enrolled already; null = it is not. */
  readonly inscrito: string | null;
  readonly error: string | null;
}

export const TabletPage = ({ shell, inscrito, error }: TabletProps) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1>Inscribir este tablet</h1>
      {inscrito === null ? null : (
        <p class="nota" safe>{`Este dispositivo ya está inscrito: ${inscrito}.`}</p>
      )}
      <form class="entrada" method="post" action="/tablet" autocomplete="off">
        <Fallo error={error} />
        <Campo
          nombre="codigo"
          texto="Código"
          ayuda="Ocho letras y números. Los da tu supervisor, y sirven diez minutos."
        />
        <button class="boton lleno" data-primero>
          Inscribir
        </button>
      </form>
      <p class="pie">
        <a href="/sesion">Volver</a>
      </p>
    </main>
  </Layout>
);
