/**
 * Another site's page, open in a signed-in browser, changes nothing (issue 6). The attacker is
 * once on another port of the same machine, where SameSite does not help: the cookies come along.
 */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openTaller } from "../http/sin-script.ts";
import { MAURICIO, spool } from "../support/builders.ts";
import { openScreen, useChromium } from "../support/chromium.ts";

const chromium = useChromium();
const FIELDS = { accion: "TOMAR", operacion: "ARM", tag_spool: "MK-1" };

const inputs = Object.entries(FIELDS)
  .map(([name, value]) => `<input name="${name}" value="${value}">`)
  .join("");
const form = (target: string, type: string): string =>
  `<form method="post" action="${target}/acciones" enctype="${type}">${inputs}</form>
   <script>document.forms[0].submit()</script>`;

const asks = (target: string): Readonly<Record<string, string>> => ({
  "/urlencoded": form(target, "application/x-www-form-urlencoded"),
  "/multipart": form(target, "multipart/form-data"),
  "/plain": form(target, "text/plain"),
  // Of a frame without an origin: `Origin: null`.
  "/sandbox": `<script>onmessage = () => (document.title = "done");</script>
    <iframe sandbox="allow-scripts" srcdoc='<script>
      const body = new URLSearchParams(${JSON.stringify(FIELDS)});
      fetch("${target}/acciones", { method: "POST", mode: "no-cors", credentials: "include", body })
        .catch(() => {}).then(() => parent.postMessage("done", "*"));
    </script>'></iframe>`,
  "/fetch": `<script>
    const body = new URLSearchParams(${JSON.stringify(FIELDS)});
    fetch("${target}/acciones", { method: "POST", mode: "no-cors", credentials: "include", body })
      .catch(() => {}).then(() => (document.title = "done"));
  </script>`,
  "/beacon": `<script>
    navigator.sendBeacon("${target}/acciones", new URLSearchParams(${JSON.stringify(FIELDS)}));
    document.title = "done";
  </script>`,
  "/json": `<script>
    fetch("${target}/api/occupation/tomar", { method: "POST", credentials: "include",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ tag_spool: "MK-1", operacion: "ARM", worker_id: 93 }) })
      .catch(() => {}).then(() => (document.title = "done"));
  </script>`,
  "/frame": `<iframe src="${target}/" onload="document.title = 'done'"></iframe>`,
  "/read": `<script>
    fetch("${target}/tablero", { credentials: "include" })
      .then((answer) => answer.text()).then(() => (document.title = "read"))
      .catch(() => (document.title = "done"));
  </script>`,
});

const FORMS = new Set(["/urlencoded", "/multipart", "/plain"]);

/** The attacker's own server, on a port of its own. */
function openAttacker(target: string) {
  const pages = asks(target);
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: ({ url }) =>
      new Response(pages[new URL(url).pathname] ?? "", {
        headers: { "Content-Type": "text/html" },
      }),
  });
}

/** Our server's answers to what the attacker's page made the browser ask. */
function answersOf(page: Page, target: string): number[] {
  const answers: number[] = [];
  page.on("response", (answer) => {
    // The refusal is a page, with its styles.
    const ours = answer.url().startsWith(target) && !answer.url().includes("/static/");
    if (ours) answers.push(answer.status());
  });
  return answers;
}

for (const host of ["127.0.0.1", "localhost"]) {
  test(`a page of ${host === "localhost" ? "another site" : "the same site, another port"}`, async () => {
    await using taller = await openTaller([spool({ tag: "MK-1" })]);
    await using attacker = openAttacker(taller.url);
    await using screen = await openScreen(chromium.browser, taller.shop, {
      trabajador: MAURICIO.id,
      path: "/tablero",
    });
    const seq = taller.seq();
    for (const path of Object.keys(asks(taller.url))) {
      const page = await screen.context.newPage();
      const answers = answersOf(page, taller.url);
      await page.goto(`http://${host}:${attacker.port}${path}`);
      // A form leads away, to the refusal; what asks behind the page says when it was answered.
      if (FORMS.has(path)) await page.getByText("viene de otro sitio").waitFor();
      else await page.waitForFunction(() => document.title === "done");
      if (path === "/frame") {
        expect(await page.frames()[1]?.locator("body").textContent()).not.toContain("Inicio");
      } else if (path !== "/read") {
        expect([path, answers.filter((status) => status < 300)]).toEqual([path, []]);
      }
      await page.close();
    }
    expect([taller.seq(), taller.spool("MK-1")?.ocupacion ?? null]).toEqual([seq, null]);
  });
}

test("the same form on our own page does it: the test would notice", async () => {
  await using taller = await openTaller([spool({ tag: "MK-1" })]);
  await using screen = await openScreen(chromium.browser, taller.shop, {
    trabajador: MAURICIO.id,
    path: "/operacion/ARM",
    javaScript: false,
  });
  await screen.page.getByRole("button", { name: "Tomar" }).first().click();
  expect(taller.spool("MK-1")?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
});
