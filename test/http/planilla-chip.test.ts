/** How far the sheet is behind, as pages, streams and ops are told (spec 7, 9). */
import { describe, expect, test } from "bun:test";
import type { Sincronia } from "../../src/domain/planilla.ts";
import { HOUR_MS, MINUTE_MS, NOW_MS, ROSA, spool } from "../support/builders.ts";
import { cambio, congelada, planterOf, SHEET, sincronia } from "../support/planilla.ts";
import { openSse } from "../support/sse.ts";
import { openTaller, type Taller } from "./sin-script.ts";

async function openSheet(told: Sincronia | null) {
  const taller = await openTaller([spool({ tag: "SP-1" })], SHEET);
  const planter = planterOf(taller.shop.running);
  if (told) await planter.sincronia(told);
  return Object.assign(taller, { planter });
}

/** A stream's next chip, of those that say it. */
async function nextChip(client: Awaited<ReturnType<typeof openSse>>, text: string) {
  for (;;) {
    const { data } = await client.next("spool_update");
    if (data.includes('id="planilla"') && data.includes(text)) return data;
  }
}

async function openStream(taller: Taller, vista: string) {
  const Cookie = await taller.shop.signIn(ROSA.id);
  const query = `vista=${vista}&desde=${taller.seq()}`;
  return openSse(`${taller.url}/eventos?${query}`, { Cookie });
}

const chipOf = async (taller: Taller, path: string): Promise<string | null> => {
  const { html } = await (await taller.browser(ROSA)).get(path);
  const chip = /<a id="planilla".*?<\/a>/s.exec(html)?.[0] ?? null;
  return (
    chip
      ?.replace("<small>", ". ")
      .replace(/<[^>]+>/g, "")
      .replace(/\s+/g, " ") ?? null
  );
};

test("without a sheet there is no chip, no script for it, and nothing for ops", async () => {
  await using taller = await openTaller([]);
  const browser = await taller.browser(ROSA);
  for (const path of ["/tablero", "/muro"]) {
    expect(await chipOf(taller, path)).toBeNull();
    expect((await browser.get(path)).html).not.toContain("planilla.js");
  }
  expect(await (await fetch(`${taller.url}/metrics`)).text()).not.toMatch(/^zeues_sheet/m);
  const ready = (await (await fetch(`${taller.url}/readyz`)).json()) as { sheet: unknown };
  expect(ready.sheet).toBeNull();
});

describe("each state reaches the streams of the dashboard and the wall, and new pages", () => {
  const pendienteDesdeMs = NOW_MS - 42_000;
  const yesterday = NOW_MS - 24 * HOUR_MS;
  const google = { sinConexionDesdeMs: NOW_MS, motivo: "Google no responde" };
  test.each<[Sincronia, string]>([
    [sincronia(), "Planilla al día"],
    [sincronia({ pendientes: 7, pendienteDesdeMs }), "7 pendientes hace 0:42. Planilla de Google"],
    [
      sincronia({ pendientes: 1, pendienteDesdeMs: NOW_MS - HOUR_MS }),
      "1 pendiente hace 1:00:00. Planilla de Google",
    ],
    [sincronia(google), "sin conexión desde 10:30. Google no responde"],
    [
      sincronia({ sinConexionDesdeMs: yesterday }),
      "sin conexión desde 19-11-2026 10:30. Planilla de Google",
    ],
    [
      sincronia({ atMs: NOW_MS - 2 * MINUTE_MS }),
      "nadie sincroniza desde 10:28. Planilla de Google",
    ],
  ])("%#", async (told, text) => {
    await using taller = await openSheet(null);
    using desk = await openStream(taller, "tablero");
    using wall = await openStream(taller, "muro");
    expect((await nextChip(desk, "leyendo")).replace(/<[^>]+>/g, "")).toBe("Planilla: leyendo…");
    await taller.planter.sincronia(told);
    const [word = ""] = /^\S+ \S+/.exec(text) ?? [];
    for (const client of [desk, wall]) {
      expect(await nextChip(client, word.replace("Planilla: ", ""))).toContain("hx-swap-oob");
    }
    for (const path of ["/tablero", "/muro"]) expect(await chipOf(taller, path)).toBe(text);
  });

  test("and no other page's stream, whose page has no place for it", async () => {
    await using taller = await openSheet(sincronia());
    using desk = await openStream(taller, "tablero");
    await nextChip(desk, "al día");
    using tablet = await openStream(taller, "operacion&op=ARM");
    const body = { tag_spool: "SP-1", worker_id: 93, operacion: "ARM" };
    await taller.shop.api("/occupation/tomar", body);
    expect((await tablet.next("spool_update")).data).not.toContain('id="planilla"');
    const { html } = await (await taller.browser(ROSA)).get("/operacion/ARM");
    expect(html).not.toContain('id="planilla"');
  });
});

test("an import that stops and goes on is said at once", async () => {
  await using taller = await openSheet(sincronia());
  using desk = await openStream(taller, "tablero");
  await nextChip(desk, "al día");
  await taller.planter.planilla({ congelada: congelada() });
  expect(await nextChip(desk, "detenida")).toContain('href="/problemas"');
  expect(await chipOf(taller, "/tablero")).toBe("Importación detenida");
  await taller.planter.planilla({ congelada: null });
  await nextChip(desk, "al día");
});

test("the dashboard counts hand edits with the problems, live", async () => {
  await using taller = await openSheet(null);
  const { planter } = taller;
  using desk = await openStream(taller, "tablero");
  await nextChip(desk, "leyendo");
  const own = planter.spool("SP-1");
  const problemas = (["error", "error", "aviso"] as const).map((gravedad, i) => ({
    gravedad,
    tab: "Operaciones",
    filas: [i],
    tag: null,
    motivo: "x",
  }));
  const cambios = [cambio(own), cambio(spool({ tag: "B" })), cambio(spool({ tag: "C" }))];
  await planter.planilla({ problemas, cambios });
  const said = "Problemas de la planilla: 3 cambios a mano, 2 por corregir";
  const { data } = await desk.next("spool_update");
  expect(data).toContain(said);
  expect(data).toContain('<span id="n-t-problemas" class="cuenta" hx-swap-oob="true">6</span>');
  const browser = await taller.browser(ROSA);
  expect((await browser.get("/tablero")).page.text).toContain(said);
  await planter.planilla({ problemas: problemas.slice(2), cambios: [] });
  expect((await browser.get("/tablero")).page.text).toContain("Problemas de la planilla: 1 aviso");
});

describe("ops", () => {
  const samples = async (taller: Taller): Promise<Record<string, number>> => {
    const text = await (await fetch(`${taller.url}/metrics`)).text();
    const lines = [...text.matchAll(/^zeues_sheet_(\S+) (\S+)$/gm)];
    return Object.fromEntries(lines.map(([, name, value]) => [name, Number(value)]));
  };

  test("the metrics tell how far behind it is and what waits for people", async () => {
    const told = sincronia({ pendientes: 7, pendienteDesdeMs: NOW_MS - 42_000 });
    await using taller = await openSheet(told);
    using desk = await openStream(taller, "tablero");
    await nextChip(desk, "7 pendientes");
    const own = taller.planter.spool("SP-1");
    await taller.planter.planilla({ cambios: [cambio(own)], congelada: congelada() });
    expect(await samples(taller)).toEqual({
      pending: 7,
      pending_age_seconds: 42,
      up: 1,
      changes_waiting: 1,
      frozen: 1,
    });
  });

  test("a sheet that can't be reached is told, and never makes it unready", async () => {
    const told = sincronia({ sinConexionDesdeMs: NOW_MS, motivo: "Google no responde" });
    await using taller = await openSheet(told);
    using desk = await openStream(taller, "tablero");
    await nextChip(desk, "sin conexión");
    const answer = await fetch(`${taller.url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      ok: true,
      sheet: {
        ok: false,
        pending: 0,
        readAt: "2026-11-20T13:30:00.000Z",
        detail: "Google no responde",
      },
    });
    expect(await samples(taller)).toMatchObject({ up: 0, pending: 0, pending_age_seconds: 0 });
  });
});
