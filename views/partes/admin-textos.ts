/** Texts that the administration's pages share. */
import type { Prueba } from "../../src/domain/sesion.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";

/** A role as the screen writes it. */
export const rolText = (rol: string): string => {
  if (rol === "Metrologia") return "Metrología";
  return rol === "Lectura" ? "Solo lectura" : rol;
};

export const rolesText = ({ roles }: Pick<Trabajador, "roles">): string =>
  roles.map(rolText).join(", ") || "Sin rol";

/** How somebody proved who they are. */
export const PRUEBA: Readonly<Record<Prueba, string>> = {
  nombre: "por su nombre",
  pin: "con PIN",
  clave: "con clave",
};
