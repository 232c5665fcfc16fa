/**
 * A shop whose every field is hostile: the workbook in the Sheets emulator, read by the real sync;
 * what people say, said by the API; names of tablets and tokens; a supervisor's own name.
 */

import type { Ledger } from "../../src/ledger/ledger.ts";
import { ESCRITAS, METADATA_COLUMNAS } from "../../src/workbook/columns.ts";
import { giveSupervisor, giveToken, signInByClave } from "../http/access-subjects.ts";
import { type Emulator, type SheetSeed, startEmulator } from "../sheets-emulator/emulator.ts";
import { giveAcceso, TABLET_COOKIE, tabletOf } from "../support/acceso.ts";
import { openShop, type Shop } from "../support/shop.ts";
import { ATAQUES, ataque } from "../views/hostile.ts";

type Cells = readonly (string | number | boolean)[];

/** All attacks by one way in. */
export const todos = (marca: string): readonly string[] =>
  Array.from({ length: ATAQUES }, (_, n) => ataque(n, `${marca}${n}`));

/** Tags as ZEUES has them. */
export const TAGS = todos("tag");
/** Rows on which work was begun, so that they stand on the dashboard and on the wall. */
export const HELD = TAGS.map((_, n) => n).filter((n) => n % 3 === 0);
/** Waits for metrología. */
export const WELDED = TAGS.map((_, n) => n).filter((n) => n % 3 === 1);

const HEADERS = todos("columna");
const MATERIALES = "13-08-2026";

/** Ids of people whose names are attacks. */
export const ID = 1_000;
const ROLES = ["Armador", "Soldador", "Ayudante", "Metrologia", "Supervisor"] as const;
/** Supervisor, Armador, Soldador, Metrologia: signs in everywhere. */
export const JEFA = 168;
/** Armador and Soldador. */
export const OBRERA = 93;

function operaciones(): SheetSeed {
  const header = ["TAG_SPOOL", "NV", "OT", "Fecha_Materiales", ...ESCRITAS, ...HEADERS];
  const sound = TAGS.map((tag, n): Cells => {
    const done = n % 3 === 1 ? ["01-11-2026", `X(${ID + n})`, "02-11-2026", `X(${ID + n})`] : [];
    const ours = [...done, "", "", "", "", "", "", "", "", "", ""].slice(0, ESCRITAS.length - 1);
    const nota = ataque(n + 1, `celda${n}`);
    const ficha = HEADERS.map((_, at) => ataque(n + at, `ficha${n}x${at}`));
    return [
      tag,
      ataque(n + 2, `venta${n}`),
      ataque(n + 3, `ot${n}`),
      MATERIALES,
      ...ours,
      nota,
    ].concat(ficha);
  });
  // Read as problems: dates that are none, occupants that nobody is, a tag twice.
  const wrong = TAGS.flatMap((_, n): Cells[] => {
    const tag = ataque(n, `malo${n}`);
    const cells = [tag, "NV", "OT", MATERIALES, ataque(n + 4, `fecha${n}`)];
    const occupied = [`${tag} ocupado`, "", "", "", "", "", "", "", "", ataque(n, `quien${n}`)];
    const twice = n % 5 === 0 ? [[`${tag} dos`], [`${tag} dos`]] : [];
    return [cells, occupied, ...twice];
  });
  return { title: "Operaciones", typed: false, values: [header, ...sound, ...wrong] };
}

function personas(): readonly SheetSeed[] {
  const people = TAGS.map((_, n): Cells => {
    return [ID + n, ataque(n, `nombre${n}`), ataque(n + 5, `apellido${n}`), true];
  });
  const odd = TAGS.map((_, n): Cells => [ataque(n, `id${n}`), "x", "y", ataque(n, `activo${n}`)]);
  const known: Cells[] = [
    [JEFA, ataque(0, "jefa"), ataque(7, "jefa"), true],
    [OBRERA, ataque(24, "obrera"), ataque(21, "obrera"), true],
  ];
  const roles = TAGS.map((_, n): Cells => [ID + n, ROLES[n % 4] ?? "Armador", true]);
  const wrong = TAGS.map((_, n): Cells => [ID + n, ataque(n, `rol${n}`), true]);
  const all = ["Supervisor", "Armador", "Soldador", "Metrologia"];
  return [
    {
      title: "Trabajadores",
      values: [["Id", "Nombre", "Apellido", "Activo"], ...known, ...people, ...odd],
    },
    {
      title: "Roles",
      values: [
        ["Id", "Rol", "Activo"],
        ...all.map((rol) => [JEFA, rol, true]),
        ...["Armador", "Soldador"].map((rol) => [OBRERA, rol, true]),
        ...roles,
        ...wrong,
      ],
    },
  ];
}

function metadata(): SheetSeed {
  const titles = METADATA_COLUMNAS;
  const rows = TAGS.map((tag, n) =>
    titles.map((title, at) => (title === "TAG_SPOOL" ? tag : ataque(n + at, `meta${n}x${at}`))),
  );
  return { title: "Metadata", values: [[...titles], ...rows] };
}

export interface Hostil extends AsyncDisposable {
  readonly shop: Shop;
  readonly url: string;
  readonly emulator: Emulator;
  readonly ledger: Ledger;
  /** Cookies of those who look: on the tablet, by PIN, by password, of nobody's tablet. */
  readonly cookies: Readonly<Record<"obrera" | "jefa" | "clave" | "tablet", string>>;
  /** One call of the API. @throws unless it was done */
  done(path: string, body: Readonly<Record<string, unknown>>): Promise<void>;
}

const sheetEnv = (emulator: Emulator): Readonly<Record<string, string>> => ({
  GOOGLE_SHEET_ID: emulator.spreadsheetId,
  GOOGLE_SERVICE_ACCOUNT_EMAIL: emulator.account.email,
  GOOGLE_PRIVATE_KEY: emulator.account.privateKey,
  GOOGLE_API_ROOT: emulator.apiRoot,
  GOOGLE_TOKEN_URL: emulator.tokenUrl,
});

/** What may hold the door open: hostile names of tablets and tokens, and who signs in. */
async function letIn(shop: Shop): Promise<Hostil["cookies"]> {
  const ledger = shop.running.act.ledger as Ledger;
  const clock = { ms: Date.now() };
  await giveAcceso(ledger, { ...tabletOf(), nombre: ataque(0, "tablet") });
  for (const n of TAGS.keys()) {
    const tablet = tabletOf(`another-secret-of-a-tablet-${n}`, `tablet-x${n}`);
    await giveAcceso(ledger, { ...tablet, nombre: ataque(n, `tablet${n}`) });
    await giveToken({ ledger, clock }, ["Lectura"]).then(({ token }) =>
      giveAcceso(ledger, { ...token, id: `token-${n}`, nombre: ataque(n, `token${n}`) }),
    );
  }
  await giveSupervisor({ ledger, clock });
  const tablet = TABLET_COOKIE;
  const jefa = await shop.signIn(JEFA);
  const obrera = await shop.signIn(OBRERA);
  return { obrera, jefa, clave: await signInByClave(shop.url), tablet };
}

/** Opens it, its workbook read, its first work begun. */
export async function openHostil(): Promise<Hostil> {
  const emulator = await startEmulator({
    sheets: [operaciones(), ...personas(), metadata()],
    limits: { readsPerUser: 1_000, writesPerUser: 1_000 },
  });
  const shop = await openShop({ env: { ZEUES_DEMO: "off", ...sheetEnv(emulator) } });
  const { floor } = shop.running;
  const read = Promise.withResolvers<void>();
  const look = (): void => void (floor.count >= ATAQUES && floor.planilla && read.resolve());
  const end = floor.subscribe(look);
  look();
  await read.promise;
  end();
  const done: Hostil["done"] = async (path, body) => {
    const answer = await shop.api(path, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  for (const n of HELD) {
    const tag_spool = TAGS[n];
    await done("/occupation/tomar", { tag_spool, worker_id: JEFA, operacion: "ARM" });
  }
  return {
    shop,
    url: shop.url,
    emulator,
    ledger: shop.running.act.ledger as Ledger,
    cookies: await letIn(shop),
    done,
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await emulator.stop();
    },
  };
}
