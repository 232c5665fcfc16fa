/** The HTTP side: who asks, the budget, what goes wrong on purpose, the method, the bytes. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ApiError, notFound, notShared } from "./api-error.ts";
import type { Call } from "./call.ts";
import { answerControl } from "./control.ts";
import type { Emulator } from "./emulator.ts";
import {
  type Answer,
  before,
  gateway,
  jsonAnswer,
  page,
  queryOf,
  rangesOf,
  readAll,
  send,
} from "./http-answer.ts";
import { readBody } from "./options.ts";
import { type Route, routeOf } from "./routes.ts";

/** No delay that a rule asks for is longer. */
export const DELAY_MAX_MS = 180_000;

export class Exchange {
  readonly #emulator: Emulator;
  #calls = 0;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** Never throws: a mistake of the emulator is a 500 that says so. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#handle(request, response);
    } catch (error) {
      if (response.headersSent || response.destroyed) return;
      const refused = error instanceof ApiError ? error : new ApiError(500, String(error));
      send(response, jsonAnswer(refused.code, refused.body(), true), null);
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const emulator = this.#emulator;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const text = await readAll(request);
    if (url.pathname.startsWith("/_emulator/")) {
      const { status, body } = answerControl(emulator, request.method ?? "", url, text);
      return send(response, jsonAnswer(status, body, true), null);
    }
    if (emulator.now() < emulator.faults.darkUntilMs) {
      response.socket?.destroy();
      return;
    }
    if (url.pathname === "/token") return this.#token(text, response);
    if (url.pathname.startsWith("/computeMetadata/v1/")) {
      const { status, body, json } = emulator.metadataServer(url.pathname, request.headers);
      const type = json ? "application/json" : "application/text";
      const headers = { "metadata-flavor": "Google", server: "Metadata Server for VM" };
      return send(response, { status, body, type, headers }, null);
    }
    // The path as it came: a decoded range may hold a slash or a colon of its own.
    const [path = ""] = (request.url ?? "").split("?");
    const route = routeOf(request.method ?? "", path);
    if (route) return this.#call(route, url, text, request, response);
    const asked = `<code>${path.replaceAll("<", "&lt;")}</code>`;
    const words = `The requested URL ${asked} was not found on this server.`;
    return send(response, page(404, "Not Found", words), null);
  }

  #open(method: string, kind: Call["kind"], spreadsheetId: string, ranges: string[]): Call {
    this.#calls += 1;
    const call: Call = {
      id: this.#calls,
      method,
      kind,
      spreadsheetId,
      ranges,
      atMs: this.#emulator.now(),
      user: "",
      status: null,
      ms: 0,
      fault: null,
    };
    this.#emulator.record(call);
    return call;
  }

  async #token(text: string, response: ServerResponse): Promise<void> {
    const emulator = this.#emulator;
    await this.#answer(this.#open("token", "token", "", []), response, null, () => {
      const { status, body } = emulator.oauth.exchange(
        new URLSearchParams(text),
        emulator.authNow(),
      );
      return jsonAnswer(status, body, true);
    });
  }

  async #call(
    route: Route,
    url: URL,
    text: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const emulator = this.#emulator;
    const query = queryOf(url.searchParams);
    const pretty = query.prettyPrint !== "false";
    const refused = (error: unknown): Answer => {
      if (!(error instanceof ApiError)) throw error;
      return jsonAnswer(error.code, error.body(), pretty, error.headers);
    };
    let body = {};
    let early: Answer | null = null;
    try {
      body = readBody(text);
    } catch (error) {
      early = refused(error);
    }
    const ranges = rangesOf(route, query, body);
    const call = this.#open(route.method, route.kind, route.spreadsheetId, ranges);
    try {
      const { authorization } = request.headers;
      const writing = route.kind === "write";
      call.user = emulator.oauth.authorize(
        authorization,
        writing,
        emulator.authNow(),
        route.method,
      );
      emulator.quota.spend(route.kind, call.user, emulator.now());
    } catch (error) {
      early = refused(error);
    }
    await this.#answer(call, response, early, () => {
      try {
        const created = route.method === "spreadsheets.create";
        const id = created ? emulator.create(body, call.user) : route.spreadsheetId;
        const spreadsheet = emulator.spreadsheets.get(id);
        if (!spreadsheet) throw notFound();
        const role = emulator.roleOf(id, call.user);
        if (role === null || (role === "reader" && route.kind === "write")) throw notShared();
        const answer = emulator.service.answer(spreadsheet, { route, query, body });
        return jsonAnswer(200, answer, pretty);
      } catch (error) {
        return refused(error);
      }
    });
  }

  /** @param early an answer that is settled before the method would be called */
  async #answer(
    call: Call,
    response: ServerResponse,
    early: Answer | null,
    apply: () => Answer,
  ): Promise<void> {
    const emulator = this.#emulator;
    const beganAt = performance.now();
    const fault = early ? null : emulator.faults.next(call.method, call.kind);
    call.fault = fault?.kind ?? null;
    await emulator.sleep(emulator.latencyOf(call));
    const settled = early ?? before(fault);
    let answer = settled;
    if (answer === null) {
      await emulator.hooks.beforeApply?.(call);
      answer = apply();
      await emulator.hooks.afterApply?.(call, answer.status);
      if (fault?.kind === "delay") await emulator.sleep(Math.min(fault.ms ?? 0, DELAY_MAX_MS));
      if (fault?.kind === "apply-drop") answer = "drop";
      if (fault?.kind === "apply-html") answer = gateway();
    }
    call.ms = performance.now() - beganAt;
    // An answer that was dropped or cut is one that nobody got.
    call.status = answer === "drop" || fault?.kind === "apply-cut" ? 0 : answer.status;
    if (answer === "drop") response.socket?.destroy();
    else send(response, answer, fault);
  }
}

export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export function listen(emulator: Emulator, port: number): Promise<Listening> {
  const exchange = new Exchange(emulator);
  const server = createServer((request, response) => void exchange.handle(request, response));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.closeAllConnections();
          server.close(() => done());
        });
      resolve({ port: typeof address === "object" ? (address?.port ?? 0) : 0, close });
    });
  });
}
