/**
 * The emulator's own interface over HTTP, for the command line: `/_emulator/…`.
 *
 *   GET  /_emulator/snapshot            what was entered, by tab
 *   GET  /_emulator/calls               the log; DELETE empties it
 *   POST /_emulator/faults              a rule, or a list of them for a script; DELETE clears
 *   POST /_emulator/dark                {"seconds": 60}
 *   POST /_emulator/latency             {"ms": 200}
 *   POST /_emulator/limits              {"readsPerUser": 60}
 *   POST /_emulator/hands/sort          ["Operaciones", "TAG_SPOOL"]   any method of Hands
 */
import { ApiError, invalid, type Json } from "./api-error.ts";
import type { Emulator } from "./emulator.ts";
import type { FaultRule } from "./faults.ts";
import type { Hands } from "./hands.ts";
import type { Limits } from "./quota.ts";

const ACTS = [
  ..."type paste put sort insertRows deleteRows moveRows insertColumns deleteColumns".split(" "),
  ..."moveColumns renameHeader renameTab deleteTab formatColumn locale share unshare".split(" "),
  ..."revokeKey row read".split(" "),
] as readonly (keyof Hands)[];

function act(hands: Hands, name: string, given: Json): Json {
  const known = ACTS.find((one) => one === name);
  if (known === undefined) throw invalid(`no hand ${name}: ${ACTS.join(", ")}`);
  const method = hands[known] as (...given: readonly Json[]) => Json | undefined;
  try {
    return method.apply(hands, Array.isArray(given) ? given : []) ?? null;
  } catch (error) {
    throw error instanceof ApiError ? error : invalid(String(error));
  }
}

function parsed(text: string): Json {
  try {
    return text.trim() === "" ? null : (JSON.parse(text) as Json);
  } catch {
    throw invalid("the body is no JSON");
  }
}

const numberIn = (body: Json, name: string): number => {
  const value = Number((body as Record<string, Json> | null)?.[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(`{"${name}": number} is wanted`);
};

/** @throws ApiError */
function answer(emulator: Emulator, verb: string, path: string, body: Json): Json {
  const hand = /^hands\/(\w+)$/.exec(path);
  if (hand && verb === "POST") return act(emulator.hands, hand[1] ?? "", body);
  switch (`${verb} ${path}`) {
    case "GET snapshot":
      return emulator.snapshot();
    case "GET calls":
      return emulator.calls.map((call) => ({ ...call }));
    case "DELETE calls":
      emulator.clearCalls();
      return null;
    case "POST faults":
      if (Array.isArray(body)) emulator.faults.script(body as unknown as FaultRule[]);
      else emulator.faults.add(body as unknown as FaultRule);
      return null;
    case "DELETE faults":
      emulator.faults.clear();
      return null;
    case "POST dark":
      emulator.faults.dark(emulator.now() + numberIn(body, "seconds") * 1000);
      return null;
    case "POST latency":
      emulator.latencyMs = numberIn(body, "ms");
      return null;
    case "POST limits":
      emulator.quota.limits = { ...emulator.quota.limits, ...(body as Partial<Limits>) };
      return null;
    default:
      throw new ApiError(404, `nothing at ${verb} /_emulator/${path}`);
  }
}

export function answerControl(
  emulator: Emulator,
  verb: string,
  url: URL,
  text: string,
): { status: number; body: Json } {
  try {
    const path = decodeURIComponent(url.pathname.slice("/_emulator/".length));
    return { status: 200, body: answer(emulator, verb, path, parsed(text)) };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.code, body: error.body() };
    throw error;
  }
}
