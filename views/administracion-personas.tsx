/** The shop's people: who has a PIN, who may administer, who is signed in (spec 8). */
import { esPropio } from "../src/domain/acceso.ts";
import type { Ajustes } from "../src/domain/ajustes.ts";
import { nombreCompleto, type Trabajador } from "../src/domain/trabajador.ts";
import { type Admin, AdminPage } from "./administracion.tsx";
import { Accion, Filtro, Opcion, Parte } from "./partes/admin-campos.tsx";
import { rolesText } from "./partes/admin-textos.ts";
import { attr } from "./partes/attr.ts";
import { Instante } from "./partes/tiempo.tsx";
import { numero } from "./textos.ts";

/** Somebody, as the administration sees them. */
export interface Persona {
  readonly trabajador: Trabajador;
  /** Since when they have this PIN, epoch milliseconds; null = none. */
  readonly pinDesdeMs: number | null;
  /** Their name as a supervisor; null = they may not administer. */
  readonly usuario: string | null;
  /** Sessions that are in use. */
  readonly sesiones: number;
}

/** A supervisor's link that was not opened yet. */
export interface Enlace {
  readonly id: string;
  /** Whose it is; null = whoever has it says. */
  readonly trabajador: Trabajador | null;
  readonly venceMs: number;
}

export const personaUrl = (id: number): string => `/administracion/personas/${id}`;

interface PersonasProps {
  readonly admin: Admin;
  readonly q: string;
  /** Those found, at most so many as are shown. */
  readonly personas: readonly Persona[];
  readonly total: number;
  readonly pin: Ajustes["pin"];
  /** Active workers, and those of them who have a PIN. */
  readonly activas: number;
  readonly conPin: number;
  readonly enlaces: readonly Enlace[];
}

const Fila = ({ persona, zone }: { persona: Persona; zone: string }) => {
  const { trabajador: t, pinDesdeMs, usuario, sesiones } = persona;
  return (
    <tr class={t.activo ? "" : "inactiva"}>
      <th scope="row">
        <a href={personaUrl(t.id)}>
          <span safe>{nombreCompleto(t)}</span>
          <small safe>{`${t.id}${esPropio(t.id) ? " · fuera de la planilla" : ""}`}</small>
        </a>
      </th>
      <td data-titulo="Roles" safe>
        {t.activo ? rolesText(t) : `${rolesText(t)} · inactiva`}
      </td>
      <td data-titulo="PIN">
        {pinDesdeMs === null ? "No" : <Instante ms={pinDesdeMs} zone={zone} />}
      </td>
      <td data-titulo="Clave de supervisor" safe>
        {usuario ?? "No"}
      </td>
      <td data-titulo="Sesiones">{numero(sesiones) as "safe"}</td>
    </tr>
  );
};

const Tabla = ({ personas, zone }: { personas: readonly Persona[]; zone: string }) => (
  <table class="datos fichada">
    <thead>
      <tr>
        <th scope="col">Persona</th>
        <th scope="col">Roles</th>
        <th scope="col">PIN</th>
        <th scope="col">Clave de supervisor</th>
        <th scope="col">Sesiones</th>
      </tr>
    </thead>
    <tbody>
      {personas.map((persona) => (
        <Fila persona={persona} zone={zone} />
      ))}
    </tbody>
  </table>
);

const DE_LAS_DEMAS = "Quien tiene uno siempre lo escribe; aquí se decide qué pasa con las demás.";

const Politica = ({ pin, activas, conPin }: Pick<PersonasProps, "pin" | "activas" | "conPin">) => (
  <Parte id="pin" titulo="PIN en los tablets">
    <p safe>
      {`${numero(conPin)} de ${numero(activas)} personas activas tienen PIN. ${DE_LAS_DEMAS}`}
    </p>
    <form class="entrada" method="post" action="/administracion/pin">
      <Opcion
        tipo="radio"
        nombre="pin"
        valor="opcional"
        texto="Opcional: sin PIN se entra tocando el nombre"
        elegida={pin === "opcional"}
      />
      <Opcion
        tipo="radio"
        nombre="pin"
        valor="obligatorio"
        texto="Obligatorio: sin PIN no se entra"
        elegida={pin === "obligatorio"}
      />
      <button class="boton">Guardar</button>
    </form>
  </Parte>
);

const sobre = (trabajador: Trabajador | null): string =>
  trabajador ? nombreCompleto(trabajador) : "Invitación";

const Invitar = ({ enlaces, zone }: { enlaces: readonly Enlace[]; zone: string }) => (
  <Parte id="invitar" titulo="Supervisores">
    <p>
      A quien la planilla tiene con rol Supervisor se le da acceso en su propia página. Para alguien
      que no está en la planilla:
    </p>
    <Accion action="/administracion/invitacion" texto="Crear un enlace de invitación" />
    {enlaces.length === 0 ? null : (
      <ul class="abiertos" aria-label="Enlaces sin usar">
        {enlaces.map(({ id, trabajador, venceMs }) => (
          <li>
            <span>
              <b safe>{sobre(trabajador)}</b>{" "}
              <small>
                sin usar, vence el <Instante ms={venceMs} zone={zone} />
              </small>
            </span>
            <Accion action={attr(`/administracion/enlaces/${id}/anular`)} texto="Anular" />
          </li>
        ))}
      </ul>
    )}
  </Parte>
);

export const PersonasPage = ({ admin, q, personas, total, ...rest }: PersonasProps) => (
  <AdminPage admin={admin} titulo="Personas">
    <Filtro action="/administracion/personas" q={q} texto="Buscar por nombre, Id o usuario" />
    {personas.length === 0 ? (
      <p class="nota">Nadie se llama así.</p>
    ) : (
      <Tabla personas={personas} zone={admin.zone} />
    )}
    {total > personas.length ? (
      <p class="nota" safe>
        {`Se muestran ${numero(personas.length)} de ${numero(total)}: escribe para buscar.`}
      </p>
    ) : null}
    <Politica {...rest} />
    <Invitar enlaces={rest.enlaces} zone={admin.zone} />
  </AdminPage>
);
