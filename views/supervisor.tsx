/** Somebody with a one-time link chooses name and password as a supervisor (spec 8). */
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Campo, Clave, Fallo } from "./partes/campos.tsx";

/** What was typed, for a form that comes back; never a password. */
export interface FormSupervisor {
  readonly codigo: string;
  readonly persona: string;
  readonly nombre: string;
  readonly apellido: string;
  readonly usuario: string;
}

interface SupervisorProps {
  readonly shell: Shell;
  readonly typed: FormSupervisor;
  readonly error: string | null;
}

const AYUDA_PERSONA =
  "Si la planilla te tiene como Supervisor. Si no, déjalo en blanco y escribe tu nombre. " +
  "Si el enlace ya está a tu nombre, deja todo esto en blanco.";

/** Who has no link sees no name: the page is for anybody. */
const Persona = ({ typed }: { typed: FormSupervisor }) => (
  <fieldset class="campos">
    <legend>Quién eres</legend>
    <Campo
      nombre="persona"
      texto="Tu Id en la planilla"
      valor={typed.persona}
      opcional
      ayuda={AYUDA_PERSONA}
    />
    <Campo nombre="nombre" texto="Nombre" valor={typed.nombre} opcional />
    <Campo nombre="apellido" texto="Apellido" valor={typed.apellido} opcional />
  </fieldset>
);

export const SupervisorPage = ({ shell, typed, error }: SupervisorProps) => (
  <Layout {...shell}>
    <main id="zona" class="sesion">
      <h1>Acceso de supervisor</h1>
      <form class="entrada" method="post" action="/supervisor">
        <Fallo error={error} />
        <label class="campo">
          <span>Código del enlace</span>
          <input
            type="text"
            name="codigo"
            value={attr(typed.codigo)}
            autocomplete="off"
            spellcheck={false}
            maxlength={256}
            required
          />
          <small>Viene en el enlace; sirve una sola vez.</small>
        </label>
        <Persona typed={typed} />
        <fieldset class="campos">
          <legend>Cómo entras desde ahora</legend>
          <Campo
            nombre="usuario"
            texto="Usuario"
            valor={typed.usuario}
            autocomplete="username"
            ayuda="Letras sin tilde, números, puntos o guiones: rosa.perez"
          />
          <Clave
            nombre="clave"
            texto="Clave"
            autocomplete="new-password"
            ayuda="12 caracteres o más; una frase sirve."
          />
          <Clave nombre="repetida" texto="La clave otra vez" autocomplete="new-password" />
        </fieldset>
        <button class="boton lleno" data-primero>
          Guardar y entrar
        </button>
      </form>
    </main>
  </Layout>
);
