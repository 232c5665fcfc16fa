/** One of the shop's people, and all that a supervisor can do about their access (spec 8). */
import { esPropio } from "../src/domain/acceso.ts";
import { nombreCompleto } from "../src/domain/trabajador.ts";
import { type Admin, AdminPage } from "./administracion.tsx";
import { type Persona, personaUrl } from "./administracion-personas.tsx";
import { Sesiones, type SesionVista } from "./administracion-sesiones.tsx";
import { Accion, Confirmar, Parte } from "./partes/admin-campos.tsx";
import { rolesText } from "./partes/admin-textos.ts";
import { Fallo } from "./partes/campos.tsx";
import { Instante } from "./partes/tiempo.tsx";

export interface PersonaProps {
  readonly admin: Admin;
  readonly persona: Persona;
  readonly sesiones: readonly SesionVista[];
  /** The workbook, or ZEUES, has them as Supervisor. */
  readonly puedeSupervisar: boolean;
  /** Whoever looks at the page. */
  readonly propia: boolean;
  /** Until when their attempts to sign in are refused, epoch milliseconds; null = they are not. */
  readonly bloqueadaHastaMs: number | null;
  /** Why their PIN was not put; null = nothing was wrong. */
  readonly error: string | null;
}

const Ficha = ({ persona, bloqueadaHastaMs, admin }: PersonaProps) => {
  const { trabajador: t, pinDesdeMs, usuario } = persona;
  return (
    <dl class="ficha">
      <dt>Id</dt>
      <dd safe>{`${t.id}${esPropio(t.id) ? " (fuera de la planilla)" : ""}`}</dd>
      <dt>Roles</dt>
      <dd safe>{rolesText(t)}</dd>
      <dt>Estado</dt>
      <dd>{t.activo ? "Activa" : "Inactiva: no puede entrar"}</dd>
      <dt>PIN</dt>
      <dd>
        {pinDesdeMs === null ? (
          "No tiene"
        ) : (
          <>
            Desde el <Instante ms={pinDesdeMs} zone={admin.zone} />
          </>
        )}
      </dd>
      <dt>Clave de supervisor</dt>
      <dd safe>{usuario === null ? "No tiene" : `Sí, con el usuario ${usuario}`}</dd>
      {bloqueadaHastaMs === null ? null : (
        <>
          <dt>Bloqueada</dt>
          <dd>
            Hasta el <Instante ms={bloqueadaHastaMs} zone={admin.zone} />, por intentos fallidos
          </dd>
        </>
      )}
    </dl>
  );
};

/** What taking a PIN away does. */
const SIN_PIN =
  "Sus sesiones con PIN terminan. Si el PIN es opcional, desde entonces entra tocando su nombre.";

const DelPin = ({ persona, error }: Pick<PersonaProps, "persona" | "error">) => {
  const { trabajador: t, pinDesdeMs } = persona;
  const base = personaUrl(t.id);
  return (
    <Parte id="pin" titulo="PIN">
      <form class="entrada en-linea" method="post" action={`${base}/pin`} autocomplete="off">
        <Fallo error={error} />
        <label class="campo">
          <span>{pinDesdeMs === null ? "PIN de 4 a 6 números" : "Otro PIN, de 4 a 6 números"}</span>
          <input
            type="text"
            name="pin"
            inputmode="numeric"
            pattern="[0-9]{4,6}"
            minlength={4}
            maxlength={6}
            autocomplete="off"
            required
          />
        </label>
        <button class="boton">{pinDesdeMs === null ? "Poner este PIN" : "Cambiar el PIN"}</button>
      </form>
      <div class="botones">
        <Accion action={`${base}/pin/generar`} texto="Generar un PIN" />
        {pinDesdeMs === null ? null : (
          <Confirmar
            action={`${base}/pin/quitar`}
            texto="Quitar el PIN"
            aviso={SIN_PIN}
            boton="Sí, quitar el PIN"
          />
        )}
      </div>
    </Parte>
  );
};

const DeSupervisor = ({
  persona,
  puedeSupervisar,
  propia,
}: Pick<PersonaProps, "persona" | "puedeSupervisar" | "propia">) => {
  const { trabajador: t, usuario } = persona;
  const base = personaUrl(t.id);
  return (
    <Parte id="acceso" titulo="Clave de supervisor">
      {puedeSupervisar || usuario !== null ? null : (
        <p>Para darle acceso, primero necesita el rol Supervisor en la planilla.</p>
      )}
      {puedeSupervisar ? null : usuario === null ? null : (
        <p>Tiene clave, pero la planilla ya no le da el rol Supervisor: no puede administrar.</p>
      )}
      {propia ? (
        <p>
          Es la tuya: <a href="/administracion/clave">cambia tu clave aquí</a>. Quitarla solo puede
          otra persona.
        </p>
      ) : (
        <div class="botones">
          {puedeSupervisar ? (
            <Accion
              action={`${base}/acceso`}
              texto={usuario === null ? "Dar acceso de supervisor" : "Enlace para una clave nueva"}
            />
          ) : null}
          {usuario === null ? null : (
            <Confirmar
              action={`${base}/acceso/quitar`}
              texto="Quitar el acceso"
              aviso={`El usuario ${usuario} deja de existir y sus sesiones terminan ahora.`}
              boton="Sí, quitar el acceso"
            />
          )}
        </div>
      )}
    </Parte>
  );
};

export const PersonaPage = (props: PersonaProps) => {
  const { admin, persona, sesiones, propia, bloqueadaHastaMs } = props;
  const base = personaUrl(persona.trabajador.id);
  return (
    <AdminPage admin={admin} titulo={nombreCompleto(persona.trabajador)}>
      <Ficha {...props} />
      {bloqueadaHastaMs === null ? null : (
        <Accion action={`${base}/intentos`} texto="Olvidar los intentos fallidos" />
      )}
      <DelPin {...props} />
      <DeSupervisor {...props} />
      <Parte id="sesiones" titulo="Sesiones">
        <Sesiones sesiones={sesiones} zone={admin.zone} conQuien={false} />
        {sesiones.some(({ propia: mine }) => !mine) ? (
          <Accion
            action={`${base}/sesiones`}
            texto={propia ? "Cerrar mis otras sesiones" : "Cerrar todas sus sesiones"}
          />
        ) : null}
      </Parte>
      <p class="pie">
        <a href="/administracion/personas">Todas las personas</a>
      </p>
    </AdminPage>
  );
};
