/** A supervisor changes their own password (spec 8). */
import { type Admin, AdminPage } from "./administracion.tsx";
import { attr } from "./partes/attr.ts";
import { Clave, Fallo } from "./partes/campos.tsx";

export const MiClavePage = ({
  admin,
  usuario,
  error,
}: {
  admin: Admin;
  usuario: string;
  error: string | null;
}) => (
  <AdminPage admin={admin} titulo="Mi clave">
    <p>Con la clave nueva terminan tus otras sesiones.</p>
    <form class="entrada" method="post" action="/administracion/clave">
      <Fallo error={error} />
      <label class="campo">
        <span>Usuario</span>
        <input type="text" name="usuario" value={attr(usuario)} autocomplete="username" readonly />
      </label>
      <Clave nombre="clave" texto="La de ahora" autocomplete="current-password" />
      <Clave
        nombre="nueva"
        texto="La nueva"
        autocomplete="new-password"
        ayuda="12 caracteres o más; una frase sirve."
      />
      <Clave nombre="repetida" texto="La nueva otra vez" autocomplete="new-password" />
      <button class="boton lleno">Cambiar mi clave</button>
    </form>
  </AdminPage>
);
