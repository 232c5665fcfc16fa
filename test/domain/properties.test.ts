/** Spec 3 as laws over random histories: whatever a crew does, these hold. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ACCIONES, type Accion } from "../../src/domain/command.ts";
import { closed, DESHACER_MS, decide, EN_CAMINO_MS } from "../../src/domain/decide.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { Pending, SpoolEvent } from "../../src/domain/event.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import { estadoDe, firmante, OPERACIONES, type Spool } from "../../src/domain/spool.ts";
import { firmaOf, ROLES, type Rol } from "../../src/domain/trabajador.ts";
import { actor, command, NOW_MS, trabajador, ZONE } from "../support/builders.ts";
import { type History, history, play, type Step, scenario } from "./sequences.ts";

/** Enough for each mutation of the rules that we tried to be found every time. */
const RUNS = { numRuns: 200 };

const holds = (law: (h: History) => void): void => fc.assert(fc.property(history, law), RUNS);
const eachStep = (law: (s: Step, h: History) => void): void =>
  holds((h) => {
    for (const step of h.steps) law(step, h);
  });

/** The occupant's own, and their undo. */
const own: readonly Accion[] = ["PAUSAR", "COMPLETAR", "CANCELAR", "DESHACER"];
const works = ["ARM", "SOLD"] as const;
const isPause = (accion: string): boolean => accion === "PAUSAR" || accion === "LIBERAR";

/** What was done to ARM, SOLD and REPARACION, in order. */
const worked = ({ steps }: History) =>
  steps.flatMap(({ before, after, result }) => {
    if (!result.ok) return [];
    const { accion, operacion } = result.event.cambio;
    return operacion === null || operacion === "METROLOGIA"
      ? []
      : [{ before, after, accion, operacion }];
  });

/** Spec 3's table, column "to". Of REPARACION, CANCELAR leads to rechazado even after a pause. */
function leadsTo(accion: string, pausedBefore: boolean): string {
  if (accion === "TOMAR" || accion === "DESHACER") return "en progreso";
  if (accion === "COMPLETAR") return "completado";
  return accion === "CANCELAR" && !pausedBefore ? "pendiente" : "pausado";
}

/** The three operations in the words of one table: a repair is pendiente while rejected. */
function statesOf(s: Spool): readonly string[] {
  const { estado } = s.inspeccion;
  const words = { rechazado: "pendiente", "reparacion pausada": "pausado", reparado: "completado" };
  const held = s.ocupacion?.operacion === "REPARACION";
  const repair = held ? "en progreso" : (words[estado as keyof typeof words] ?? estado);
  return [...works.map((op) => `${op} ${estadoDe(s, op)}`), `REPARACION ${repair}`];
}

/** The shop's day by another road than fechaAt: Sweden writes dates as ISO does. */
const dayAt = (ms: number): string => new Date(ms).toLocaleDateString("sv-SE", { timeZone: ZONE });

/** A spool but for what any remark changes. */
const sinNotas = (spool: Spool): Spool => ({ ...spool, version: 0, notas: [] });

/** What a test of the generator wants to see at least once. */
const WANTED: readonly string[] = [
  ...["ROL_NO_AUTORIZADO", "NO_ES_OCUPANTE", "SPOOL_BLOQUEADO", "SPOOL_OCUPADO"],
  ...["DEPENDENCIAS_NO_SATISFECHAS", "TRANSICION_INVALIDA"],
  ...ACCIONES.map((accion) => `done ${accion}`),
  ...works.flatMap((op) =>
    ["pendiente", "en progreso", "pausado", "completado"].map((estado) => `${op} ${estado}`),
  ),
  ...["ARM", "SOLD", "REPARACION", "nothing"].map((what) => `holds ${what}`),
  ...["pendiente", "aprobado", "rechazado", "reparacion pausada", "reparado", "bloqueado"],
  ...[1, 2, 3].map((limit) => `blocked at ${limit}`),
  "cycle 4",
];

function reached({ after, result }: Step, maxCycles: number): readonly string[] {
  const { estado } = after.inspeccion;
  return [
    result.ok ? `done ${result.event.cambio.accion}` : result.refusal.code,
    ...works.map((op) => `${op} ${estadoDe(after, op)}`),
    `holds ${after.ocupacion?.operacion ?? "nothing"}`,
    estado,
    ...(estado === "bloqueado" ? [`blocked at ${maxCycles}`] : []),
    `cycle ${after.ciclo}`,
  ];
}

test("the random histories reach every state", () => {
  const seen = new Set<string>();
  for (const sc of fc.sample(scenario, { ...RUNS, seed: 20_261_120 })) {
    for (const step of play(sc).steps) {
      for (const what of reached(step, sc.policy.maxCycles)) seen.add(what);
    }
  }
  expect(WANTED.filter((what) => !seen.has(what))).toEqual([]);
});

describe("states", () => {
  test("one occupant at most, and an operation is en progreso exactly while it is held", () => {
    eachStep(({ after }, { scenario: { policy } }) => {
      const held = after.ocupacion?.operacion ?? null;
      for (const op of works) expect(estadoDe(after, op) === "en progreso").toBe(held === op);
      if (held === "ARM") expect(after.arm.estado).not.toBe("completado");
      if (held === "SOLD") expect(after.sold.estado).not.toBe("completado");
      if (held === "REPARACION") {
        expect(["rechazado", "reparacion pausada"]).toContain(after.inspeccion.estado);
      }
      const text = estadoDetalle(after, policy);
      expect(text.includes("en progreso")).toBe(held === "ARM" || held === "SOLD");
      expect(text.startsWith("EN_REPARACION")).toBe(held === "REPARACION");
    });
  });

  test("nothing is completed without its date and worker", () => {
    eachStep(({ before, actor: { trabajador }, nowMs, after }) => {
      for (const key of ["arm", "sold"] as const) {
        if (after[key].estado !== "completado" || before[key].estado === "completado") continue;
        const expected = { trabajador: firmaOf(trabajador), fecha: dayAt(nowMs) };
        expect(after[key] as object).toEqual({ estado: "completado", ...expected });
      }
      if (after.inspeccion.estado === "aprobado" && before.inspeccion.estado !== "aprobado") {
        expect(after.inspeccion as object).toEqual({ estado: "aprobado", fecha: dayAt(nowMs) });
      }
    });
  });

  test("SOLD completed implies ARM completed, and an inspection both", () => {
    eachStep(({ after }) => {
      if (after.sold.estado === "completado") expect(after.arm.estado).toBe("completado");
      if (after.inspeccion.estado !== "pendiente") expect(after.sold.estado).toBe("completado");
    });
  });

  test("an action leads where the table says, CANCELAR by what was before, and nowhere else", () => {
    holds((h) => {
      const paused = new Set<string>();
      for (const { before, after, accion, operacion } of worked(h)) {
        const to = `${operacion} ${leadsTo(accion, paused.has(operacion))}`;
        const others = statesOf(before).filter((state) => !state.startsWith(operacion));
        expect(statesOf(after).toSorted()).toEqual([...others, to].toSorted());
        if (operacion !== "REPARACION" && isPause(accion)) paused.add(operacion);
      }
    });
  });

  test("the worker of an operation is its holder, else whoever held it last; none in pendiente", () => {
    eachStep(({ before, after }) => {
      for (const op of works) {
        const idle = estadoDe(after, op) === "pendiente";
        const quien = firmante(after, op);
        expect(quien === null).toBe(idle);
        if (!idle && after.ocupacion?.operacion !== op) expect(quien).toEqual(firmante(before, op));
      }
    });
  });

  test("what is completed or approved stays so, whatever is asked; its own undo aside", () => {
    eachStep(({ before, command: cmd, after }) => {
      for (const key of ["arm", "sold"] as const) {
        if (before[key].estado !== "completado" || cmd.accion === "DESHACER") continue;
        expect(after[key]).toEqual(before[key]);
      }
      if (before.inspeccion.estado === "aprobado")
        expect(sinNotas(after)).toEqual(sinNotas(before));
    });
  });

  test("the cycle counts consecutive rejections and begins anew at an approval", () => {
    holds(({ steps }) => {
      let rejections = 0;
      for (const { command: cmd, result, after } of steps) {
        if (result.ok && cmd.accion === "APROBAR") rejections = 0;
        if (result.ok && cmd.accion === "RECHAZAR") rejections += 1;
        expect(after.ciclo).toBe(rejections);
      }
    });
  });

  test("a rejection blocks exactly from the limit on; nothing else blocks", () => {
    eachStep(({ before, command: cmd, result, after }, { scenario: { policy } }) => {
      if (result.ok && cmd.accion === "RECHAZAR") {
        const limit = policy.maxCycles > 0 && before.ciclo + 1 >= policy.maxCycles;
        expect(after.inspeccion.estado).toBe(limit ? "bloqueado" : "rechazado");
      } else if (before.inspeccion.estado !== "bloqueado") {
        expect(after.inspeccion.estado).not.toBe("bloqueado");
      }
    });
  });

  test("only a supervisor unblocks, and what was blocked is then to be repaired", () => {
    eachStep(({ before, command: cmd, actor: { trabajador }, after }) => {
      if (before.inspeccion.estado !== "bloqueado" || after === before) return;
      if (cmd.accion === "ANOTAR") return expect(after.inspeccion).toEqual(before.inspeccion);
      expect(cmd.accion).toBe("DESBLOQUEAR");
      expect(trabajador.roles).toContain("Supervisor");
      expect(after.inspeccion.estado).toBe("rechazado");
    });
  });
});

describe("who", () => {
  test("only TOMAR sets an occupant: the one who asked, then; DESHACER brings theirs back", () => {
    eachStep(({ before, command: cmd, actor: who, nowMs, after }) => {
      if (after.ocupacion === null || after.ocupacion === before.ocupacion) return;
      expect(before.ocupacion).toBeNull();
      if (cmd.accion === "DESHACER") {
        expect(after.ocupacion.trabajador.id).toBe(who.trabajador.id);
        return;
      }
      if (cmd.accion !== "TOMAR") throw new Error(`${cmd.accion} set an occupant`);
      const trabajador = firmaOf(who.trabajador);
      expect(after.ocupacion).toEqual({ operacion: cmd.operacion, trabajador, desdeMs: nowMs });
    });
  });

  test("only the occupant or a supervisor ends an occupation", () => {
    eachStep(({ before, command: cmd, actor: { trabajador: who }, after }) => {
      if (before.ocupacion === null || after.ocupacion === before.ocupacion) return;
      expect(after.ocupacion).toBeNull();
      if (cmd.accion === "LIBERAR")
        expect(who.activo && who.roles.includes("Supervisor")).toBe(true);
      else {
        expect(own).toContain(cmd.accion);
        expect(who.id).toBe(before.ocupacion.trabajador.id);
      }
    });
  });

  test("whoever begins, inspects or supervises is active and has the role", () => {
    const roles: Readonly<Record<string, readonly Rol[]>> = {
      ARM: ["Armador", "Ayudante"],
      SOLD: ["Soldador", "Ayudante"],
      APROBAR: ["Metrologia"],
      RECHAZAR: ["Metrologia"],
      LIBERAR: ["Supervisor"],
      DESBLOQUEAR: ["Supervisor"],
    };
    const anybody: readonly string[] = ["REPARACION", "ANOTAR"];
    eachStep(({ command: cmd, actor: { trabajador: who }, result }) => {
      if (!result.ok || own.includes(cmd.accion)) return;
      expect(who.activo).toBe(true);
      const what = "operacion" in cmd ? cmd.operacion : cmd.accion;
      const able = who.roles.some((rol) => roles[what]?.includes(rol));
      expect(able || anybody.includes(what)).toBe(true);
    });
  });

  test("a spool is listed as open exactly when somebody with every role could act on it", () => {
    const all = actor(trabajador({ id: 9, roles: [...ROLES] }));
    eachStep(({ after }, { scenario: { policy } }) => {
      for (const op of OPERACIONES) {
        const cmd = op === "METROLOGIA" ? command("APROBAR") : command("TOMAR", op);
        const open = closed(after, op, policy) === null;
        expect(open).toBe(decide(after, cmd, all, policy, NOW_MS).ok);
      }
    });
  });
});

describe("undo and remarks", () => {
  test("DESHACER gives back the spool as it was before its COMPLETAR, soon and to its own", () => {
    eachStep(({ command: cmd, actor: who, nowMs, result, after }, { steps }) => {
      if (!result.ok || cmd.accion !== "DESHACER") return;
      const at = steps.findIndex((step) => step.after === after);
      const done = steps
        .slice(0, at)
        .findLast((step) => step.result.ok && step.command.accion !== "ANOTAR");
      if (done?.command.accion !== "COMPLETAR") throw new Error("undid something else");
      expect(who.trabajador.id).toBe(done.actor.trabajador.id);
      expect(nowMs - done.nowMs).toBeLessThanOrEqual(DESHACER_MS + EN_CAMINO_MS);
      const { version, notas, nv, ot, ficha, fechaMateriales } = after;
      const engineers = { nv, ot, ficha, fechaMateriales };
      expect(after).toEqual({ ...done.before, ...engineers, version, notas });
    });
  });

  test("remarks are only ever added, at the end, and change nothing else", () => {
    eachStep(({ before, command: cmd, actor: { trabajador }, nowMs, result, after }) => {
      if (!result.ok) return;
      if (cmd.accion !== "ANOTAR") return expect(after.notas).toEqual(before.notas);
      const nota = { texto: cmd.texto, firma: firmaOf(trabajador), atMs: nowMs };
      const notas = [...before.notas, nota];
      expect(after).toEqual({ ...before, notas, version: before.version + 1 });
    });
  });
});

describe("the log", () => {
  const replay = (events: readonly Pending<SpoolEvent>[], tag: Spool["tag"]): Spool =>
    events.reduce<Spool>(evolve, blank(tag));

  test("a refused command changes nothing and says why", () => {
    // The states are frozen: a rule that writes into one throws. A second asking says the same.
    eachStep(({ before, command: cmd, actor: who, nowMs, result, after }, h) => {
      if (result.ok) return;
      expect(after).toBe(before);
      expect(decide(before, cmd, who, h.scenario.policy, nowMs)).toEqual(result);
      expect(result.refusal.code).toMatch(/^[A-Z_]+$/);
    });
  });

  test("an accepted command changes the spool's version by one, and its tag and descriptions never", () => {
    eachStep(({ before, result, after }) => {
      if (!result.ok) return;
      expect(after.version).toBe(before.version + 1);
      expect(result.event).toMatchObject({ version: after.version, tag: before.tag });
      const { nv, ot, ficha, fechaMateriales } = before;
      expect(after).toMatchObject({ tag: before.tag, nv, ot, fechaMateriales });
      expect(after.ficha).toBe(ficha);
    });
  });

  test("replaying the log through JSON gives the same spool; its version counts the events", () => {
    holds(({ events, end, scenario: { start, policy } }) => {
      const again = replay(JSON.parse(JSON.stringify(events)), start.tag);
      expect(again).toEqual(end);
      expect(JSON.parse(JSON.stringify(end))).toStrictEqual(end);
      expect(end.version).toBe(events.length);
      expect(events.map(({ version }) => version)).toEqual(events.map((_, n) => n + 1));
      expect(events.at(-1)?.estadoDetalle).toBe(estadoDetalle(again, policy));
    });
  });
});
