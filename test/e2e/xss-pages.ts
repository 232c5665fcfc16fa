/** Every address that src/http/access.ts lets a browser ask for, and what may stand in it. */
import { REGLAS } from "../../src/http/access.ts";

/** Parts of addresses that name something. */
export interface Names {
  readonly tag: string;
  readonly persona: string;
  readonly tablet: string;
  readonly token: string;
  /** An open enrolment code's id. */
  readonly codigo: string;
}

const OPERACIONES = ["ARM", "SOLD", "METROLOGIA", "REPARACION"];

/** Files, streams and machines' answers: not documents that a person opens. */
const NO_PAGE = /^\/(static|eventos|sesion\/viva)|\.csv$/;

const samplesOf = (path: string, names: Names): readonly string[] => {
  const at = path.replace("/codigo/:id", "/codigo/:codigo");
  if (at.includes(":op")) return OPERACIONES.map((op) => path.replace(":op", op));
  if (at.includes(":codigo")) return [at.replace(":codigo", encodeURIComponent(names.codigo))];
  if (at.includes("/personas/")) return [path.replace(":id", names.persona)];
  if (at.includes("/tablets/")) return [path.replace(":id", encodeURIComponent(names.tablet))];
  if (at.includes("/tokens/")) return [path.replace(":id", encodeURIComponent(names.token))];
  return [path.replace("*", encodeURIComponent(names.tag))];
};

/** What an address alone does not show. */
const MORE: Readonly<Record<string, (names: Names) => readonly string[]>> = {
  "/carrete": ({ tag }) => [`?tag=${encodeURIComponent(tag)}`],
  "/sesion/pin": ({ persona }) => [`?trabajador=${persona}`],
  "/tablero": ({ persona }) =>
    ["bloqueado", "inconsistente", "todos", "completado"]
      .map((estado) => `?estado=${estado}`)
      .concat(["", `?trabajador=${persona}`, "?operacion=SOLD"]),
  "/equipo": () => ["", "?periodo=semana"],
};

/** Every page, chart and JSON answer that may be asked for by GET, with all that it needs. */
export const pagesOf = (names: Names): readonly string[] =>
  REGLAS.filter(([method, path]) => method === "GET" && !NO_PAGE.test(path)).flatMap(([, path]) =>
    (MORE[path]?.(names) ?? [""]).flatMap((query) =>
      samplesOf(path, names).map((sample) => sample + query),
    ),
  );

/** Every query parameter that anything of ours reads, by what reads it. */
export const PARAMETROS = (
  "q tag op operacion estado trabajador tras periodo tema vista volver hecho antes quien " +
  "desde epoca horas dias nombre vence v limit cursor"
).split(" ");
