import { expect, test } from "bun:test";
import { openShop } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";

/** Demo workers: Rosa is Supervisor, Luis is Armador. */
const ROSA = 11;
const LUIS = 21;

async function save(shop: Awaited<ReturnType<typeof openShop>>, who: number, horas: string) {
  return fetch(`${shop.url}/tablero/umbral`, {
    method: "POST",
    body: new URLSearchParams({ horas }),
    headers: {
      Cookie: await shop.signIn(who),
      Origin: shop.url,
      "HX-Request": "true",
    },
  });
}

test("a supervisor sets the threshold for all screens, open ones too, and it is in the log", async () => {
  await using shop = await openShop();
  const { floor } = shop.running;
  const headers = { Cookie: await shop.signIn(LUIS) };
  using stream = await openSse(`${shop.url}/eventos?vista=tablero&desde=${floor.seq}`, headers);
  await stream.next("ping");
  expect(floor.ajustes.umbralHoras).toBe(8);
  const answer = await save(shop, ROSA, "6");
  expect(answer.status).toBe(200);
  expect(floor.ajustes).toEqual({ version: 1, umbralHoras: 6, pin: "opcional" });
  expect((await stream.next("spool_update")).data).toContain('id="umbral" data-horas="6"');
  const page = await fetch(`${shop.url}/tablero`, { headers });
  expect(await page.text()).toContain('data-horas="6"');
  expect((await save(shop, ROSA, "12")).status).toBe(200);
  expect(floor.ajustes).toEqual({ version: 2, umbralHoras: 12, pin: "opcional" });
});

test("nobody else sets it, and nonsense changes nothing", async () => {
  await using shop = await openShop();
  const { ajustes } = shop.running.floor;
  expect((await save(shop, LUIS, "6")).status).toBe(403);
  for (const horas of ["", "0", "-1", "241", "1e2", "8.5", "ocho"]) {
    expect((await save(shop, ROSA, horas)).status).toBe(400);
  }
  expect(shop.running.floor.ajustes).toBe(ajustes);
});
