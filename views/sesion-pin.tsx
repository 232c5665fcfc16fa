/** A worker's PIN on a large pad (spec 8). Without JavaScript the tablet's keyboard types it. */
import { nombreCompleto, type Trabajador } from "../src/domain/trabajador.ts";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Fallo } from "./partes/campos.tsx";

interface PinProps {
  readonly shell: Shell;
  readonly trabajador: Trabajador;
  readonly volver: string;
  readonly error: string | null;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/** entrada.js shows it: without script its buttons could do nothing. */
export const Teclado = () => (
  <div class="teclado" data-teclado hidden>
    {DIGITS.map((digit) => (
      <button type="button" class="boton" data-digito={digit}>
        {digit as "safe"}
      </button>
    ))}
    <button type="button" class="boton" data-borrar aria-label="Borrar el último dígito">
      Borrar
    </button>
    <button type="button" class="boton" data-digito="0">
      0
    </button>
    <button class="boton lleno">Entrar</button>
  </div>
);

const CampoPin = ({ nombre, texto }: { nombre: string; texto: string }) => (
  <label class="campo">
    <span safe>{texto}</span>
    <input
      type="password"
      name={attr(nombre)}
      inputmode="numeric"
      pattern="[0-9]{4,6}"
      minlength={4}
      maxlength={6}
      autocomplete="off"
      required
    />
  </label>
);

export const PinPage = ({ shell, trabajador, volver, error }: PinProps) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1 safe>{nombreCompleto(trabajador)}</h1>
      <form class="entrada pin" method="post" action="/sesion/pin" autocomplete="off">
        <Fallo error={error} />
        <input type="hidden" name="trabajador" value={attr(trabajador.id)} />
        <input type="hidden" name="volver" value={attr(volver)} />
        <CampoPin nombre="pin" texto="Tu PIN" />
        <Teclado />
        <button class="boton lleno" data-sin-teclado>
          Entrar
        </button>
      </form>
      <p class="pie">
        <a href="/sesion">No soy yo</a>
      </p>
    </main>
  </Layout>
);

/** A worker changes their own PIN; a supervisor gives the first one. */
export const MiPinPage = ({ shell, error }: Pick<PinProps, "shell" | "error">) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1>Cambiar mi PIN</h1>
      <form class="entrada pin" method="post" action="/sesion/pin/mio" autocomplete="off">
        <Fallo error={error} />
        <CampoPin nombre="pin" texto="El de ahora" />
        <CampoPin nombre="nuevo" texto="El nuevo: de 4 a 6 números" />
        <button class="boton lleno">Cambiar</button>
      </form>
      <p class="pie">
        <a href="/">Volver</a>
      </p>
    </main>
  </Layout>
);
