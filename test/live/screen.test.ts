/**
 * Spec 6: nothing is missed and nothing applied twice. A page that lived through any stream, with
 * disconnects, coalescing and answers that overtake it, is the page that one would load now.
 */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import fc from "fast-check";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { standingFragments } from "../../src/live/fragments.ts";
import { spool, tag } from "../support/builders.ts";
import { openPages, type Page } from "./pages-taller.ts";
import { Screen } from "./pantalla.ts";
import { type Client, CREW, openTaller, type Taller } from "./taller.ts";
import { run, TAGS, type Turno, turno } from "./turnos.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const QS = ["", "sp-1", "nv-2", "<HX", "two", "nothing"];
const PATHS: readonly string[] = [
  "/",
  "/tablero",
  "/muro",
  ...[
    "q=sp-1",
    "trabajador=93",
    "trabajador=93&estado=pausado",
    "operacion=SOLD",
    "operacion=ARM&estado=disponible",
    "operacion=ARM&estado=pausado&q=nv-2",
    "operacion=SOLD&estado=completado&trabajador=93",
    "estado=pausado",
    "estado=bloqueado",
    "operacion=METROLOGIA&estado=disponible",
  ].map((query) => `/tablero?${query}`),
  ...["ARM", "SOLD", "METROLOGIA", "REPARACION"].flatMap((op) =>
    QS.map((q) => `/operacion/${op}?q=${encodeURIComponent(q)}`),
  ),
  ...QS.map((q) => `/buscar?q=${encodeURIComponent(q)}`),
  ...TAGS.map((text) => `/carrete?tag=${encodeURIComponent(text)}`),
];

/** A browser as static/live.js runs it: it knows the seq it shows and comes back with it. */
class Browser {
  readonly #taller: Taller;
  readonly #page: Page;
  readonly screen: Screen;
  #shown: number;
  #client: (Client & { detach(): void }) | null = null;
  #read = 0;

  constructor(taller: Taller, page: Page) {
    this.#taller = taller;
    this.#page = page;
    this.#shown = page.desde;
    this.screen = new Screen(page.html);
  }

  connect(): void {
    const { vista, epoch } = this.#page;
    this.#client ??= this.#taller.join(vista, { desde: this.#shown, epoch });
    this.hear();
  }

  /** Applies what came since it last listened. */
  hear(): void {
    const frames = this.#client?.frames() ?? [];
    for (const { event, id, data } of frames.slice(this.#read)) {
      if (event === "spool_update") this.screen.apply(data);
      else if (event !== "ping") throw new Error(`unexpected ${event}`);
      // An id that went back would make the next reconnect apply something twice.
      expect(Number(id)).toBeGreaterThanOrEqual(this.#shown);
      this.#shown = Number(id);
    }
    this.#read = frames.length;
  }

  /** `heard`: false loses what was sent but not read yet. */
  disconnect(heard: boolean): void {
    if (heard) this.hear();
    this.#client?.detach();
    this.#client = null;
    this.#read = 0;
  }

  /** The answer to a POST of its own, which may overtake its stream. */
  answered(text: string): void {
    const { floor, rows } = this.#taller;
    const fragments = standingFragments(this.#page.vista, [tag(text)], floor, rows);
    this.screen.apply(fragments.map(({ html }) => html).join(""));
  }
}

type Step =
  | { readonly kind: "turno"; readonly turno: Turno }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "connect" | "hear" }
  | { readonly kind: "disconnect"; readonly heard: boolean }
  | { readonly kind: "answered"; readonly tag: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("turno"), turno }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass"), ms: fc.nat(1_200) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("connect", "hear") }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("disconnect"), heard: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("answered"), tag: fc.constantFrom(...TAGS) }),
  },
);

function play(taller: Taller, browser: Browser, did: Step): void {
  switch (did.kind) {
    case "turno":
      run(taller, { ...did.turno, afterMs: 0 });
      return;
    case "pass":
      taller.clock.nowMs += did.ms;
      jest.advanceTimersByTime(did.ms);
      return;
    case "disconnect":
      browser.disconnect(did.heard);
      return;
    case "answered":
      browser.answered(did.tag);
      return;
    default:
      browser[did.kind]();
  }
}

const scenario = fc.record({
  path: fc.constantFrom(...PATHS),
  quien: fc.constantFrom<Trabajador>(...CREW),
  windowMs: fc.constantFrom(0, 500),
  before: fc.array(turno, { maxLength: 10 }),
  steps: fc.array(step, { minLength: 1, maxLength: 60, size: "max" }),
});

test("a page that lived through its stream is the page that one would load now", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ path, quien, windowMs, before, steps }) => {
      using taller = openTaller({ spools: TAGS.map((text) => spool({ tag: text })), windowMs });
      const { load } = openPages(taller);
      for (const turn of before) run(taller, turn);
      const browser = new Browser(taller, await load(path, quien));
      for (const did of steps) play(taller, browser, did);
      browser.connect();
      jest.advanceTimersByTime(500);
      browser.hear();
      expect(browser.screen.show()).toEqual(new Screen((await load(path, quien)).html).show());
    }),
    { numRuns: 400 },
  );
}, 120_000);

test("the model reads rows, order and counts from a real page", async () => {
  using taller = openTaller({ spools: TAGS.map((text) => spool({ tag: text })) });
  const page = await openPages(taller).load("/operacion/ARM", CREW[0] as Trabajador);
  const { lists, counts } = new Screen(page.html).show();
  expect(lists.disponibles).toHaveLength(TAGS.length);
  expect(lists.mios).toEqual([]);
  expect(counts).toEqual({ "n-mios": "0", "n-disponibles": String(TAGS.length) });
  const html = lists.disponibles?.map(([, li]) => li) ?? [];
  expect(html[2]).toContain("SP-2<");
  expect(html[3]).toContain("SP-10<");
});
