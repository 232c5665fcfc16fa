/**
 * Bodies: bounded in bytes and in time, and read only when somebody wants them, so that a stranger
 * who is refused anyway makes us keep nothing.
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { Env } from "../context.ts";
import { type Told, tellEdge } from "../refusals.ts";

/** A batch of 50 tags of 1,000 characters, four bytes each, fits; nothing else is larger. */
export const BODY_MAX_BYTES = 256 * 1024;
/** A sign-in or an enrolment: of somebody nobody knows yet no more is taken in. */
export const STRANGER_MAX_BYTES = 16 * 1024;
/** The largest body over a line of 20 KB/s arrives in time; one that trickles does not. */
export const BODY_MAX_MS = 15_000;

const tooLarge = (): Told => tellEdge("CUERPO_DEMASIADO_GRANDE");
const notWhole = (): Told =>
  tellEdge("SOLICITUD_INVALIDA", "La solicitud no terminó de llegar. Intenta otra vez");

/** Ends the reading of a body. An HTTPException: no fault of ours, not logged as one. */
class BodyRefused extends HTTPException {
  // The API knows hono's body limit by this name.
  override readonly name = "BodyLimitError";
  readonly told: Told;

  constructor(told: Told) {
    super(told.code === "CUERPO_DEMASIADO_GRANDE" ? 413 : 400);
    this.told = told;
  }
}

/** Reads to the end. Throws BodyRefused past `max` bytes. */
async function readAll(stream: ReadableStream<Uint8Array>, max: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > max) throw new BodyRefused(tooLarge());
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.buffer;
}

/** The value in time, or BodyRefused. */
async function within<T>(value: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new BodyRefused(notWhole())), ms);
  try {
    return await Promise.race([value, late.promise]);
  } finally {
    clearTimeout(timer);
    // Whoever came second: a reading that ends with its connection, or nothing at all.
    value.catch(() => {});
  }
}

export interface BodyOptions {
  /** BODY_MAX_MS. */
  readonly ms?: number;
  /** Whether whoever asks is known by now; called when the body is about to be read. */
  readonly known: (c: Context<Env>) => boolean;
  readonly refuse: (c: Context<Env>, told: Told) => Response | Promise<Response>;
}

/** Guards what handlers read by `c.req.text()`, `.parseBody()` and the like. */
export const guardsBody = ({ ms = BODY_MAX_MS, known, refuse }: BodyOptions) =>
  createMiddleware<Env>(async function guardsBodyMiddleware(c, next) {
    const { body, headers } = c.req.raw;
    if (!body) return next();
    const announced = Number(headers.get("content-length") ?? 0);
    const refuseAndClose = async (told: Told): Promise<Response> => {
      const answer = await refuse(c, told);
      // What is still to come is not waited for.
      answer.headers.set("Connection", "close");
      return answer;
    };
    if (announced > BODY_MAX_BYTES) return refuseAndClose(tooLarge());
    let refused: BodyRefused | null = null;
    const read = async (): Promise<ArrayBuffer> => {
      const max = known(c) ? BODY_MAX_BYTES : STRANGER_MAX_BYTES;
      try {
        if (announced > max) throw new BodyRefused(tooLarge());
        return await within(readAll(body, max), ms);
      } catch (error) {
        // Anything else is a connection that ended in the middle.
        refused = error instanceof BodyRefused ? error : new BodyRefused(notWhole());
        throw refused;
      }
    };
    let reading: Promise<ArrayBuffer> | undefined;
    // Hono makes every other form of a body out of one that it has here: nothing is read before.
    Object.defineProperty(c.req.bodyCache, "arrayBuffer", {
      enumerable: true,
      get: () => (reading ??= read()),
    });
    await next();
    // Handlers take a body that breaks off for a malformed one.
    const why = refused as BodyRefused | null;
    if (why) {
      c.res = undefined;
      c.res = await refuseAndClose(why.told);
    } else if (!reading) {
      // Answered without it: what may still come is not waited for.
      c.res.headers.set("Connection", "close");
    }
    return;
  });
