/**
 * What is shown once, in the answer to the form that made it, and never again: a PIN, a link, a
 * token (spec 8). No address ever holds it but a link's own, behind its `#`.
 */
import { type Admin, AdminPage } from "./administracion.tsx";
import { attr } from "./partes/attr.ts";
import { Qr } from "./partes/qr.tsx";

export interface Secreto {
  readonly titulo: string;
  /** In large letters. */
  readonly texto: string;
  /** A link is shown as a code too, for a camera. */
  readonly qr: boolean;
  /** What to do with it, a paragraph each. */
  readonly notas: readonly string[];
  /** Where to go on. */
  readonly seguir: string;
}

/** Longer than a code that somebody types. */
const LARGO = 20;

export const SecretoPage = ({ admin, secreto }: { admin: Admin; secreto: Secreto }) => (
  <AdminPage admin={admin} titulo={secreto.titulo}>
    <p class={secreto.texto.length > LARGO ? "secreto largo" : "secreto"}>
      <code id="secreto" safe>
        {secreto.texto}
      </code>
    </p>
    {secreto.notas.map((nota) => (
      <p safe>{nota}</p>
    ))}
    <p class="nota">Se muestra esta única vez: ZEUES no lo guarda.</p>
    {secreto.qr ? <Qr text={secreto.texto} etiqueta="Código QR del enlace" /> : null}
    <p class="pie">
      <a class="boton" href={attr(secreto.seguir)}>
        Listo
      </a>
    </p>
  </AdminPage>
);
