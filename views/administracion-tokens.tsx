/** Tokens with which programs use the JSON API (spec 8). */
import type { Token } from "../src/domain/acceso.ts";
import { type Admin, AdminPage } from "./administracion.tsx";
import { Confirmar, Numero, Opcion, Parte } from "./partes/admin-campos.tsx";
import { rolText } from "./partes/admin-textos.ts";
import { attr } from "./partes/attr.ts";
import { Campo, Fallo } from "./partes/campos.tsx";
import { Instante } from "./partes/tiempo.tsx";

export interface TokenVisto {
  readonly token: Token;
  /** In whose name only it acts; null = in anybody's. */
  readonly trabajador: string | null;
  readonly vencido: boolean;
}

/** What was typed, for a form that comes back. */
export interface FormToken {
  readonly nombre: string;
  readonly roles: readonly string[];
  readonly dias: string;
  readonly trabajador: string;
}

interface TokensProps {
  readonly admin: Admin;
  readonly tokens: readonly TokenVisto[];
  /** The roles that a token can have. */
  readonly roles: readonly string[];
  readonly diasMax: number;
  readonly typed: FormToken;
  readonly error: string | null;
}

const tokenUrl = (id: string): string => `/administracion/tokens/${encodeURIComponent(id)}`;

const Vence = ({ token, vencido, zone }: TokenVisto & { zone: string }) =>
  token.venceMs === null ? (
    "Nunca"
  ) : (
    <>
      {(vencido ? "Venció el " : "") as "safe"}
      <Instante ms={token.venceMs} zone={zone} />
    </>
  );

const Fila = (props: TokenVisto & { zone: string }) => {
  const { token, trabajador, zone } = props;
  return (
    <tr>
      <th scope="row">
        <a href={attr(tokenUrl(token.id))}>
          <span safe>{token.nombre}</span>
          <small>Revocar</small>
        </a>
      </th>
      <td data-titulo="Roles" safe>
        {token.roles.map(rolText).join(", ")}
      </td>
      <td data-titulo="Actúa por" safe>
        {trabajador ?? "Cualquiera"}
      </td>
      <td data-titulo="Desde">
        <Instante ms={token.desdeMs} zone={zone} />
      </td>
      <td data-titulo="Vence">
        <Vence {...props} />
      </td>
    </tr>
  );
};

const Nuevo = ({ roles, diasMax, typed, error }: Omit<TokensProps, "admin" | "tokens">) => (
  <Parte id="nuevo" titulo="Token nuevo">
    <form class="entrada" method="post" action="/administracion/tokens" autocomplete="off">
      <Fallo error={error} />
      <Campo nombre="nombre" texto="Nombre del programa" valor={typed.nombre} />
      <fieldset class="campos opciones">
        <legend>Qué puede hacer</legend>
        {roles.map((rol) => (
          <Opcion
            tipo="checkbox"
            nombre="roles"
            valor={rol}
            texto={rolText(rol)}
            elegida={typed.roles.includes(rol)}
          />
        ))}
      </fieldset>
      <Numero
        nombre="dias"
        texto="Días que sirve"
        valor={typed.dias}
        max={diasMax}
        ayuda={`De 1 a ${diasMax}; en blanco, hasta que se revoque.`}
      />
      <Numero
        nombre="trabajador"
        texto="Id del trabajador por el que actúa"
        valor={typed.trabajador}
        max={999_999_999}
        ayuda="En blanco, por cualquiera que tenga esos roles."
      />
      <button class="boton lleno">Crear el token</button>
    </form>
  </Parte>
);

export const TokensPage = ({ admin, tokens, ...form }: TokensProps) => (
  <AdminPage admin={admin} titulo="Tokens">
    {tokens.length === 0 ? (
      <p class="nota">Ningún programa tiene token.</p>
    ) : (
      <table class="datos fichada">
        <thead>
          <tr>
            <th scope="col">Programa</th>
            <th scope="col">Roles</th>
            <th scope="col">Actúa por</th>
            <th scope="col">Desde</th>
            <th scope="col">Vence</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((one) => (
            <Fila {...one} zone={admin.zone} />
          ))}
        </tbody>
      </table>
    )}
    <Nuevo {...form} />
  </AdminPage>
);

/** One token, and its end. */
export const TokenPage = ({ admin, visto }: { admin: Admin; visto: TokenVisto }) => {
  const { token, trabajador } = visto;
  return (
    <AdminPage admin={admin} titulo={token.nombre}>
      <dl class="ficha">
        <dt>Roles</dt>
        <dd safe>{token.roles.map(rolText).join(", ")}</dd>
        <dt>Actúa por</dt>
        <dd safe>{trabajador ?? "Cualquiera"}</dd>
        <dt>Desde</dt>
        <dd>
          <Instante ms={token.desdeMs} zone={admin.zone} />
        </dd>
        <dt>Vence</dt>
        <dd>
          <Vence {...visto} zone={admin.zone} />
        </dd>
      </dl>
      <Parte id="revocar" titulo="Revocar">
        <Confirmar
          action={`${tokenUrl(token.id)}/revocar`}
          texto="Revocar este token"
          aviso="El programa queda fuera ahora mismo, también lo que tenga abierto."
          boton="Sí, revocarlo"
        />
      </Parte>
      <p class="pie">
        <a href="/administracion/tokens">Todos los tokens</a>
      </p>
    </AdminPage>
  );
};
