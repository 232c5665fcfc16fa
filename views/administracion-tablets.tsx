/** The shop's enrolled tablets, and codes that enrol one more (spec 8). */
import type { Tablet } from "../src/domain/acceso.ts";
import { type Admin, AdminPage } from "./administracion.tsx";
import { Accion, Confirmar, Parte } from "./partes/admin-campos.tsx";
import { attr } from "./partes/attr.ts";
import { Campo, Fallo } from "./partes/campos.tsx";
import { Icono } from "./partes/icono.tsx";
import { Qr } from "./partes/qr.tsx";
import { Instante } from "./partes/tiempo.tsx";

export interface TabletVisto {
  readonly tablet: Tablet;
  /** Names of those who are signed in there. */
  readonly quienes: readonly string[];
}

/** A code that nobody has used yet. */
export interface CodigoAbierto {
  readonly id: string;
  readonly nombre: string;
  readonly venceMs: number;
}

const tabletUrl = (id: string): string => `/administracion/tablets/${encodeURIComponent(id)}`;
const codigoUrl = (id: string): string => `/administracion/tablets/codigo/${id}`;

const Fila = ({ tablet, quienes, zone }: TabletVisto & { zone: string }) => (
  <tr>
    <th scope="row">
      <a href={attr(tabletUrl(tablet.id))}>
        <span safe>{tablet.nombre}</span>
        <small>Cambiar o revocar</small>
      </a>
    </th>
    <td data-titulo="Inscrito">
      <Instante ms={tablet.desdeMs} zone={zone} />
    </td>
    <td data-titulo="Ahora" safe>
      {quienes.join(", ") || "Nadie"}
    </td>
  </tr>
);

const Lista = ({ tablets, zone }: { tablets: readonly TabletVisto[]; zone: string }) =>
  tablets.length === 0 ? (
    <p class="nota">Todavía no hay ninguno inscrito.</p>
  ) : (
    <table class="datos fichada">
      <thead>
        <tr>
          <th scope="col">Tablet</th>
          <th scope="col">Inscrito</th>
          <th scope="col">Quién está ahora</th>
        </tr>
      </thead>
      <tbody>
        {tablets.map((one) => (
          <Fila {...one} zone={zone} />
        ))}
      </tbody>
    </table>
  );

const Codigos = ({ codigos, zone }: { codigos: readonly CodigoAbierto[]; zone: string }) =>
  codigos.length === 0 ? null : (
    <ul class="abiertos" aria-label="Códigos sin usar">
      {codigos.map(({ id, nombre, venceMs }) => (
        <li>
          <span>
            <b safe>{nombre}</b>{" "}
            <small>
              código sin usar, vence el <Instante ms={venceMs} zone={zone} />
            </small>
          </span>
          <Accion action={`${codigoUrl(id)}/anular`} texto="Anular" />
        </li>
      ))}
    </ul>
  );

interface TabletsProps {
  readonly admin: Admin;
  readonly tablets: readonly TabletVisto[];
  readonly codigos: readonly CodigoAbierto[];
  /** As it was typed, for a form that comes back. */
  readonly nombre: string;
  readonly error: string | null;
}

export const TabletsPage = ({ admin, tablets, codigos, nombre, error }: TabletsProps) => (
  <AdminPage admin={admin} titulo="Tablets">
    <Lista tablets={tablets} zone={admin.zone} />
    <Parte id="nuevo" titulo="Inscribir un tablet">
      <form class="entrada en-linea" method="post" action="/administracion/tablets/codigo">
        <Fallo error={error} />
        <Campo nombre="nombre" texto="Nombre, como se le dice en el taller" valor={nombre} />
        <button class="boton lleno">Crear el código</button>
      </form>
      <Codigos codigos={codigos} zone={admin.zone} />
    </Parte>
  </AdminPage>
);

/** What became of a code. */
export type EstadoDeCodigo =
  | { readonly kind: "abierto"; readonly faltaS: number }
  | { readonly kind: "inscrito" }
  | { readonly kind: "vencido" }
  | { readonly kind: "anulado" };

const minutos = (faltaS: number): string =>
  `${Math.floor(faltaS / 60)} min ${String(faltaS % 60).padStart(2, "0")} s`;

/** Asked for again every two seconds while the code is open. @param url where */
export const EstadoCodigo = ({
  estado,
  nombre,
  url,
}: {
  estado: EstadoDeCodigo;
  nombre: string;
  url: string;
}) => {
  switch (estado.kind) {
    case "abierto":
      return (
        <p
          id="estado"
          class="estado"
          hx-get={attr(url)}
          hx-trigger="every 2s"
          hx-target="this"
          hx-swap="outerHTML"
        >
          {`Esperando al tablet. Quedan ${minutos(estado.faltaS)}.` as "safe"}
        </p>
      );
    case "inscrito":
      return (
        <p id="estado" class="estado hecho" role="status">
          <Icono nombre="listo" /> <span safe>{`Inscrito: ${nombre}`}</span>
        </p>
      );
    default:
      return (
        <p id="estado" class="estado fallo" role="status">
          <Icono nombre="aviso" />{" "}
          <span>{estado.kind === "vencido" ? "El código venció." : "El código se anuló."}</span>
        </p>
      );
  }
};

interface CodigoProps {
  readonly admin: Admin;
  readonly nombre: string;
  readonly estado: EstadoDeCodigo;
  readonly url: string;
  /** The code and the link that the tablet's camera reads; null = they were shown before. */
  readonly secreto: { readonly codigo: string; readonly enlace: string } | null;
}

export const CodigoPage = ({ admin, nombre, estado, url, secreto }: CodigoProps) => (
  <AdminPage admin={admin} titulo={`Código para ${nombre}`}>
    {secreto ? (
      <div class="codigo-nuevo">
        <Qr text={secreto.enlace} etiqueta="Código QR para inscribir el tablet" />
        <div>
          <p>
            En el tablet: mira este QR con su cámara, o abre <b>/tablet</b> y escribe el código.
            Sirve una vez, y diez minutos.
          </p>
          <p class="secreto">
            <code id="secreto" safe>
              {secreto.codigo}
            </code>
          </p>
          {EstadoCodigo({ estado, nombre, url }) as "safe"}
        </div>
      </div>
    ) : (
      (EstadoCodigo({ estado, nombre, url }) as "safe")
    )}
    <p class="pie">
      <a class="boton" href="/administracion/tablets">
        Todos los tablets
      </a>
    </p>
  </AdminPage>
);

interface TabletAdminProps {
  readonly admin: Admin;
  readonly visto: TabletVisto;
  /** This very browser. */
  readonly propio: boolean;
  readonly error: string | null;
}

const ES_ESTE = "Es este mismo dispositivo: tu sesión termina también. ";
const REVOCADO =
  "Quien esté en él queda fuera ahora mismo; para usarlo otra vez hay que inscribirlo de nuevo.";

/** One tablet: its name, and its end. */
export const TabletAdminPage = ({ admin, visto, propio, error }: TabletAdminProps) => {
  const { tablet, quienes } = visto;
  const base = tabletUrl(tablet.id);
  return (
    <AdminPage admin={admin} titulo={tablet.nombre}>
      <dl class="ficha">
        <dt>Inscrito</dt>
        <dd>
          <Instante ms={tablet.desdeMs} zone={admin.zone} />
        </dd>
        <dt>Ahora</dt>
        <dd safe>{quienes.join(", ") || "Nadie"}</dd>
      </dl>
      <Parte id="nombre" titulo="Nombre">
        <form class="entrada en-linea" method="post" action={attr(`${base}/nombre`)}>
          <Fallo error={error} />
          <Campo nombre="nombre" texto="Nombre del tablet" valor={tablet.nombre} />
          <button class="boton">Guardar</button>
        </form>
      </Parte>
      <Parte id="revocar" titulo="Revocar">
        <Confirmar
          action={`${base}/revocar`}
          texto="Revocar este tablet"
          aviso={`${propio ? ES_ESTE : ""}${REVOCADO}`}
          boton="Sí, revocarlo"
        />
      </Parte>
      <p class="pie">
        <a href="/administracion/tablets">Todos los tablets</a>
      </p>
    </AdminPage>
  );
};
