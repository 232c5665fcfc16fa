/** Who is signed in, and where (spec 8). */
import type { Prueba } from "../src/domain/sesion.ts";
import type { Firma } from "../src/domain/trabajador.ts";
import { type Admin, AdminPage } from "./administracion.tsx";
import { Accion, Confirmar } from "./partes/admin-campos.tsx";
import { PRUEBA } from "./partes/admin-textos.ts";
import { Instante } from "./partes/tiempo.tsx";
import { numero } from "./textos.ts";

export interface SesionVista {
  /** Its short name, as events and logs have it. */
  readonly id: string;
  readonly firma: Firma;
  readonly prueba: Prueba;
  /** The tablet's name; null = a browser of one's own. */
  readonly tablet: string | null;
  readonly sinceMs: number;
  /** This process saw it used not long ago. */
  readonly enUso: boolean;
  /** The one that looks at the page. */
  readonly propia: boolean;
}

const Fila = ({
  sesion: s,
  zone,
  conQuien,
}: {
  sesion: SesionVista;
  zone: string;
  conQuien: boolean;
}) => (
  <tr>
    <th scope="row">
      {conQuien ? (
        <a href={`/administracion/personas/${s.firma.id}`}>
          <span safe>{s.firma.nombre}</span>
          <small safe>{s.firma.etiqueta}</small>
        </a>
      ) : (
        <span safe>{s.tablet ?? "Navegador"}</span>
      )}
    </th>
    <td data-titulo="Entró" safe>
      {PRUEBA[s.prueba]}
    </td>
    {conQuien ? (
      <td data-titulo="Dónde" safe>
        {s.tablet ?? "Navegador"}
      </td>
    ) : null}
    <td data-titulo="Desde">
      <Instante ms={s.sinceMs} zone={zone} />
    </td>
    <td data-titulo="Ahora">{s.enUso ? "En uso" : "Sin uso"}</td>
    <td class="accion-de-fila">
      {s.propia ? (
        "Esta"
      ) : (
        <Accion
          action="/administracion/sesiones/terminar"
          texto="Terminar"
          campos={{ sesion: s.id }}
        />
      )}
    </td>
  </tr>
);

/** @param conQuien whether rows say whose they are */
export const Sesiones = ({
  sesiones,
  zone,
  conQuien,
}: {
  sesiones: readonly SesionVista[];
  zone: string;
  conQuien: boolean;
}) =>
  sesiones.length === 0 ? (
    <p class="nota">Ninguna.</p>
  ) : (
    <table class="datos fichada">
      <thead>
        <tr>
          <th scope="col">{conQuien ? "Persona" : "Dónde"}</th>
          <th scope="col">Entró</th>
          {conQuien ? <th scope="col">Dónde</th> : null}
          <th scope="col">Desde</th>
          <th scope="col">Ahora</th>
          <th scope="col">
            <span class="oculto">Terminarla</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sesiones.map((sesion) => (
          <Fila sesion={sesion} zone={zone} conQuien={conQuien} />
        ))}
      </tbody>
    </table>
  );

export const SesionesPage = ({
  admin,
  sesiones,
  total,
}: {
  admin: Admin;
  sesiones: readonly SesionVista[];
  /** With those that are not shown. */
  total: number;
}) => (
  <AdminPage admin={admin} titulo="Sesiones">
    <p class="nota">
      Una sesión sin uso pide otra vez el nombre, el PIN o la clave. Ninguna dura más de doce horas.
    </p>
    <Sesiones sesiones={sesiones} zone={admin.zone} conQuien />
    {total > sesiones.length ? (
      <p class="nota" safe>
        {`Se muestran ${numero(sesiones.length)} de ${numero(total)}.`}
      </p>
    ) : null}
    {sesiones.length > 1 ? (
      <Confirmar
        action="/administracion/sesiones/otras"
        texto="Terminar todas las demás"
        aviso="Todos los tablets y navegadores menos este vuelven a la página de entrada."
        boton="Sí, terminar todas las demás"
      />
    ) : null}
  </AdminPage>
);
