/** Hands at sharing, keys and settings: the sentence tells what to do, and nothing is lost. */
import { expect, test } from "bun:test";
import { MAURICIO, openTaller, type Taller } from "./hands-taller.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;
const ACCOUNT = "zeues@emulator.iam.gserviceaccount.com";

/** An action that waits for the sheet, with that sentence on the chip. */
async function expectStopped(taller: Taller, motivo: string): Promise<void> {
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  expect(taller.stand.said()).toMatchObject({
    pendientes: 1,
    motivo,
    sinConexionDesdeMs: expect.any(Number),
  });
  expect(taller.spool(5).ocupacion?.trabajador.id as number).toBe(MAURICIO);
}

async function expectGoesOn(taller: Taller): Promise<void> {
  await taller.live(60_000);
  expect(taller.chip()).toBeNull();
  expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
  await taller.expectLogWhole();
}

test("unshared: the sentence names the account; shared again: it goes on, nothing is lost", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.unshare());
  await expectStopped(
    taller,
    `La planilla no está compartida con ${ACCOUNT}: ábrela y compártela como Editor`,
  );
  taller.hands((hands) => hands.share("writer"));
  await expectGoesOn(taller);
});

test("shared to be read only: the sentence asks for Editor; as Editor it goes on", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.share("reader"));
  await expectStopped(
    taller,
    `${ACCOUNT} no puede escribir en la planilla: compártela con esa cuenta como Editor`,
  );
  taller.hands((hands) => hands.share("writer"));
  await expectGoesOn(taller);
});

test("shared to be read only, and nothing to write: it is read on", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.share("reader"));
  taller.types(5, "Obs", "leída");
  await taller.live();
  expect(taller.spool(5).ficha.Obs).toBe("leída");
});

test("the key deleted: the sentence says so, and for whom a new one is to be made", async () => {
  await using taller = await openTaller();
  taller.emulator.hands.revokeKey();
  await expectStopped(
    taller,
    `Google ya no acepta la credencial de ${ACCOUNT}: crea otra clave y ponla en la configuración`,
  );
});

test("the locale switched to en_US: texts and numbers stay as they are", async () => {
  await using taller = await openTaller();
  taller.types(5, "Obs", "1,5");
  taller.types(7, "Obs", "3-5-2026");
  await taller.live();
  expect([5, 7].map((spool) => taller.spool(spool).ficha.Obs)).toEqual(["1,5", "46145"]);
  const before = taller.spool(6);
  taller.hands((hands) => hands.locale("en_US"));
  await taller.live(90_000);
  expect([5, 7].map((spool) => taller.spool(spool).ficha.Obs)).toEqual(["1,5", "46145"]);
  expect(taller.spool(6)).toEqual(before);
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.does(MAURICIO, 5, { accion: "COMPLETAR", operacion: "ARM" });
  await taller.live();
  expect([taller.cell(5, "Fecha_Armado"), taller.waits(5)]).toEqual(["20-11-2026", undefined]);
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

// Today every row with a decimal counts as changed.
test("the locale switched where rows have decimals: no import stands still", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    for (let row = 2; row <= 31; row++) hands.put("Operaciones", row, "Obs", 1.5);
  });
  await taller.live();
  await taller.letsImport();
  await taller.live();
  taller.hands((hands) => hands.locale("en_US"));
  await taller.live(90_000);
  expect(taller.frozen()).toBeNull();
});

test("with en_US a date that a hand types is the one that the sheet shows, of the month first", async () => {
  await using taller = await openTaller(undefined, "en_US");
  taller.types(5, "Fecha_Materiales", "03-05-2026");
  await taller.live();
  expect(taller.spool(5).fechaMateriales as string).toBe("2026-03-05");
});
