/** `POST /api/occupation/…`: take, pause, complete, cancel, free, undo (spec 3, 9). */
import { Hono } from "hono";
import type { z } from "zod";
import type { Command } from "../../domain/command.ts";
import type { Deps, Env } from "../context.ts";
import { answerOne } from "./accion.ts";
import { answerBatch } from "./batch.ts";
import { DeshacerBody, LiberarBody, OcuparBody } from "./requests.ts";

type Ocupar = Extract<Command, { operacion: unknown }>["accion"];

const ocupar =
  (accion: Ocupar) =>
  ({ operacion }: z.output<typeof OcuparBody>): Command => ({ accion, operacion });

export const occupationRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>()
    .post("/tomar", (c) => answerOne(c, deps, OcuparBody, ocupar("TOMAR")))
    .post("/pausar", (c) => answerOne(c, deps, OcuparBody, ocupar("PAUSAR")))
    .post("/completar", (c) => answerOne(c, deps, OcuparBody, ocupar("COMPLETAR")))
    .post("/cancelar", (c) => answerOne(c, deps, OcuparBody, ocupar("CANCELAR")))
    .post("/liberar", (c) =>
      answerOne(c, deps, LiberarBody, ({ motivo }) => ({ accion: "LIBERAR", motivo })),
    )
    .post("/deshacer", (c) => answerOne(c, deps, DeshacerBody, () => ({ accion: "DESHACER" })))
    .post("/batch", (c) => answerBatch(c, deps));
