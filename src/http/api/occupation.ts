/** `POST /api/occupation/…`: take, pause, complete, cancel, free, undo (spec 3, 9). */
import { Hono } from "hono";
import type { z } from "zod";
import type { Command } from "../../domain/command.ts";
import type { Deps, Env } from "../context.ts";
import { answerOne } from "./accion.ts";
import { answerBatch } from "./batch.ts";
import { requests } from "./check.ts";
import type { OcuparBody } from "./requests.ts";

type Ocupar = Extract<Command, { operacion: unknown }>["accion"];

const ocupar =
  (accion: Ocupar) =>
  ({ operacion }: z.output<typeof OcuparBody>): Command => ({ accion, operacion });

export const occupationRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>()
    .post("/tomar", async (c) => answerOne(c, deps, (await requests()).OcuparBody, ocupar("TOMAR")))
    .post("/pausar", async (c) =>
      answerOne(c, deps, (await requests()).OcuparBody, ocupar("PAUSAR")),
    )
    .post("/completar", async (c) =>
      answerOne(c, deps, (await requests()).OcuparBody, ocupar("COMPLETAR")),
    )
    .post("/cancelar", async (c) =>
      answerOne(c, deps, (await requests()).OcuparBody, ocupar("CANCELAR")),
    )
    .post("/liberar", async (c) =>
      answerOne(c, deps, (await requests()).LiberarBody, ({ motivo }) => ({
        accion: "LIBERAR",
        motivo,
      })),
    )
    .post("/deshacer", async (c) =>
      answerOne(c, deps, (await requests()).DeshacerBody, () => ({ accion: "DESHACER" })),
    )
    .post("/batch", (c) => answerBatch(c, deps));
