/**
 * What an answer must be, by the document alone: its status and its body are those that the
 * document has for its path, and without the right token nobody is told anything.
 */
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Answer, Shot } from "./connection.ts";
import type { Document, Operation, Schema } from "./document.ts";

/** What the HTTP server itself refuses, before any code of ours sees it; it has no body. */
const BELOW = new Set([400, 431, 505]);
/** A body may be refused before it is looked at whose it is and what for. */
const TOO_LARGE = 413;
const BODY_MAX_BYTES = 256 * 1_024;
/** Of a head; Bun takes 16 KiB and about 200 fields. */
const HEAD_MAX_BYTES = 16_000;
const OURS = "/api";
/** A name or an address, and a port. */
const HOST = /^([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?$/i;
/** Words that only the inside of a program says. */
const INSIDE = /node_modules|\.ts:\d|\bat [\w.]+ \(|SQLITE|TypeError|\/src\//;

/** Decodes what can be decoded, as routers do. */
function decoded(pathname: string): string {
  try {
    return decodeURI(pathname);
  } catch {
    return pathname.replace(/(%[\da-f]{2})+/gi, (part) => {
      try {
        return decodeURI(part);
      } catch {
        // It stays as it is: decodeURI has no other way to say that it is no UTF-8.
        return part;
      }
    });
  }
}

/** The path that a request is about, null when its target is no path of a URL. */
export function pathOf({ target }: Pick<Shot, "target">): string | null {
  const url = URL.parse(`http://zeues${target}`);
  return target.startsWith("/") && url ? decoded(url.pathname) : null;
}

const headBytes = ({ method, target, headers }: Shot): number =>
  headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0) +
  method.length +
  target.length;

/** Not a request by RFC 9112: a server may refuse it before it knows what is wanted. */
function malformed(shot: Shot): boolean {
  const { target, headers, body } = shot;
  const hosts = headers.filter(([name]) => name.toLowerCase() === "host");
  const host = hosts[0]?.[1] ?? "";
  const odd = headers.some(([, value]) => /[^\t\x20-\x7e\x80-\xff]/.test(value));
  return (
    odd ||
    hosts.length !== 1 ||
    !HOST.test(host) ||
    !URL.canParse(`http://${host}`) ||
    !/^\/[\x21-\x7e\x80-\xff]*$/.test(target) ||
    headBytes(shot) > HEAD_MAX_BYTES ||
    (shot.chunked && body === null)
  );
}

const isOurs = (path: string | null): boolean =>
  path === OURS || path?.startsWith(`${OURS}/`) === true;

const refusedBelow = (status: number): string =>
  status === 0 ? "no answer" : "the server itself refused a well-formed request";

const JSON_TYPE = "application/json";

export class Contract {
  readonly #doc: Document;
  readonly #auth: RegExp;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #compiled = new Map<Schema, ValidateFunction>();
  readonly #refused: ValidateFunction;

  constructor(doc: Document, token: string) {
    this.#doc = doc;
    this.#auth = new RegExp(`^[Bb][Ee][Aa][Rr][Ee][Rr] +${token} *$`);
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: "zeues:api", components: { schemas: doc.schemas } });
    this.#refused = this.#compile({ $ref: "#/components/schemas/Refused" });
  }

  #compile(schema: Schema): ValidateFunction {
    let compiled = this.#compiled.get(schema);
    if (!compiled) {
      const text = JSON.stringify(schema).replaceAll('"#/comp', '"zeues:api#/comp');
      compiled = this.#ajv.compile(JSON.parse(text) as Schema);
      this.#compiled.set(schema, compiled);
    }
    return compiled;
  }

  /** The operation that a request is for; null when the document has none. */
  operationOf(shot: Shot): Operation | null {
    const path = pathOf(shot);
    // A HEAD is a GET that wants no body (RFC 9110).
    const method = shot.method === "HEAD" ? "GET" : shot.method;
    const fits = ({ path: template }: Operation): boolean => {
      const [before = "", after] = template.split("{tag}");
      if (after === undefined) return path === template;
      return path?.startsWith(before) === true && path.length > before.length;
    };
    return this.#doc.operations.find((one) => one.method === method && fits(one)) ?? null;
  }

  #authorized({ headers }: Shot): boolean {
    const given = headers.filter(([name]) => name.toLowerCase() === "authorization");
    return given.length === 1 && this.#auth.test(given[0]?.[1].trim() ?? "");
  }

  /** What is wrong with an answer, in words; null when nothing is. */
  wrong(shot: Shot, answer: Answer): string | null {
    const { status, headers, body } = answer;
    if (!headers.has("content-type") && (status === 0 || BELOW.has(status))) {
      return malformed(shot) ? null : refusedBelow(status);
    }
    if (status >= 500) return `${status}`;
    // Refused without knowing what is asked for, in whatever form.
    if (malformed(shot) && status === 400) return null;
    if (INSIDE.test(body.toString("latin1"))) return "the answer tells of the inside";
    // Out of the API by `..`: pages answer, which are not what is tried here.
    if (!isOurs(pathOf(shot))) return null;
    return this.#wrongStatus(shot, status) ?? this.#wrongBody(shot, answer);
  }

  #wrongStatus(shot: Shot, status: number): string | null {
    // Methods that would show a proxy's headers are for nobody, whatever the path.
    if (shot.method === "TRACE" && status === 405) return null;
    if (status === TOO_LARGE && (shot.body?.length ?? 0) > BODY_MAX_BYTES) return null;
    if (!this.#authorized(shot)) {
      return status === 401 || status === 429 ? null : `${status} without the token`;
    }
    const operation = this.operationOf(shot);
    if (!operation) return status === 404 ? null : `${status} for no operation of the document`;
    return String(status) in operation.responses ? null : `${status} is not documented`;
  }

  #wrongBody(shot: Shot, answer: Answer): string | null {
    if (shot.method === "HEAD" || shot.method === "TRACE") return null;
    const { status, headers, body } = answer;
    const type = headers.get("content-type")?.split(";")[0] ?? "none";
    const content = this.operationOf(shot)?.responses[String(status)]?.content;
    if (content && !(type in content)) return `an answer of type ${type}`;
    if (type === "text/event-stream") return null;
    if (type !== JSON_TYPE) return `an answer of type ${type}`;
    const schema = content?.[JSON_TYPE]?.schema;
    const check = status === 200 && schema ? this.#compile(schema) : this.#refused;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
      if (check(JSON.parse(text))) return null;
      return `not of its schema: ${this.#ajv.errorsText(check.errors)}`;
    } catch (error) {
      return `no JSON: ${String(error)}`;
    }
  }
}
