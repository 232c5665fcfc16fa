/** Icons are symbols of one inline-free SVG file, so that no glyph ever shows as a box. */

const NOMBRES = ["aviso", "buscar", "listo", "volver"] as const;
export type NombreIcono = (typeof NOMBRES)[number];

/** Decorative: the words beside it say the same. The symbols stand in partes/iconos. */
export const Icono = ({ nombre }: { nombre: NombreIcono }) => (
  <svg class="icono" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={TRAZOS[nombre]} />
  </svg>
);

const TRAZOS: Readonly<Record<NombreIcono, string>> = {
  aviso: "M12 3 1.8 20.5h20.4zM12 9.5v5M12 17.2v.6",
  buscar: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
  listo: "M4 12.5 9.5 18 20 6.5",
  volver: "M10 5l-7 7 7 7M3.5 12H21",
};
