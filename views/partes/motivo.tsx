/**
 * The one place where a supervisor gives a reason for a row's LIBERAR or DESBLOQUEAR; tablero.js
 * opens it and fills in the spool. Without script the row's link leads to the spool's own page.
 */
export const Motivo = () => (
  <dialog id="motivo" class="dialogo" aria-labelledby="motivo-titulo">
    <form method="post" action="/acciones" hx-post="/acciones" hx-swap="none">
      <h2 id="motivo-titulo">Motivo</h2>
      <input type="hidden" name="tag_uri" />
      <label>
        Motivo
        <input name="motivo" maxlength={500} required autocomplete="off" />
      </label>
      <div class="botones">
        <button class="boton" type="button" data-cerrar-motivo>
          Volver
        </button>
        <button class="boton lleno" name="accion" />
      </div>
    </form>
  </dialog>
);
