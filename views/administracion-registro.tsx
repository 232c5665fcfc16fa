/** What happened about who may come in, and what supervisors did (spec 8: all is in the log). */
import { type Admin, AdminPage } from "./administracion.tsx";
import { Filtro } from "./partes/admin-campos.tsx";
import { attr } from "./partes/attr.ts";
import { Instante } from "./partes/tiempo.tsx";

export interface Suceso {
  readonly seq: number;
  readonly atMs: number;
  readonly que: string;
  readonly quien: string;
  /** By which way: the tablet's name, a browser, the server itself. */
  readonly desde: string;
}

interface RegistroProps {
  readonly admin: Admin;
  readonly q: string;
  /** Newest first. */
  readonly sucesos: readonly Suceso[];
  /** The place in the log before which older ones are; null = there are none. */
  readonly antes: number | null;
}

const olderUrl = (q: string, antes: number): string =>
  `/administracion/registro?${new URLSearchParams({ ...(q ? { q } : {}), antes: String(antes) })}`;

export const RegistroPage = ({ admin, q, sucesos, antes }: RegistroProps) => (
  <AdminPage admin={admin} titulo="Registro">
    <Filtro action="/administracion/registro" q={q} texto="Buscar en lo que pasó" />
    {sucesos.length === 0 ? (
      <p class="nota">Nada de eso por aquí.</p>
    ) : (
      <table class="datos fichada registro">
        <thead>
          <tr>
            <th scope="col">Qué pasó</th>
            <th scope="col">Cuándo</th>
            <th scope="col">Quién</th>
            <th scope="col">Desde</th>
          </tr>
        </thead>
        <tbody>
          {sucesos.map((suceso) => (
            <tr>
              <th scope="row" safe>
                {suceso.que}
              </th>
              <td data-titulo="Cuándo">
                <Instante ms={suceso.atMs} zone={admin.zone} />
              </td>
              <td data-titulo="Quién" safe>
                {suceso.quien}
              </td>
              <td data-titulo="Desde" safe>
                {suceso.desde}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    {antes === null ? null : (
      <p class="pie">
        <a class="boton" href={attr(olderUrl(q, antes))}>
          Lo anterior
        </a>
      </p>
    )}
  </AdminPage>
);
