/** What a password must be (NIST SP 800-63B-4, 3.1.1). */
import { describe, expect, test } from "bun:test";
import { CLAVE_MAX, CLAVE_MIN, claveDebil } from "../../src/identity/clave.ts";

const NAMES = ["r.perez", "Rosa Íngrid Pérez"];
const debil = (clave: string): Promise<string | null> => claveDebil(clave, NAMES);

describe("length", () => {
  test("counts as people do, and has both ends", async () => {
    expect(await debil("x7#qP!mZ2vL")).toContain(`${CLAVE_MIN} caracteres o más`);
    expect(await debil("x7#qP!mZ2vLk")).toBeNull();
    const long = "correcto caballo batería grapa ".repeat(9);
    expect(await debil(long.slice(0, CLAVE_MAX + 1))).toContain("o menos");
    // Eleven people with vests are eleven, though some write each as ten bytes.
    expect(await debil("🦺".repeat(CLAVE_MIN - 1))).toContain("o más");
  });

  test("nothing, and white space, are none", async () => {
    expect(await debil("")).toContain("o más");
    expect(await debil(" ".repeat(40))).not.toBeNull();
  });
});

describe("what a guesser tries early is refused", () => {
  test.each([
    "123456789012",
    "aaaaaaaaaaaa",
    "qwertyuiopas",
    "abcabcabcabc",
    "password1234",
    "passwordpassword",
    "zeueszeueszeues",
    "soldadura2026",
    "taller-taller",
    "Supervisor123",
    "rosaperez2026",
    "RosaIngridPerez",
    "taller2026zeues",
    "rosarosa2026",
    "31-12-2026-2026",
  ])("%j", async (clave) => expect(await debil(clave)).toContain("se adivina pronto"));
});

describe("what is long and nobody's is taken as it is, without rules of letters and signs", () => {
  test.each([
    "correcto caballo batería grapa",
    "el-perro-come-tornillos-azules",
    "kx93-vmqt-71pz",
    "🦺 ñandú volador de siete leguas",
    "                ñ x q z 7 w k v  ",
  ])("%j", async (clave) => expect(await debil(clave)).toBeNull());

  test("the longest that may be is looked at in time", async () => {
    const clave = Array.from({ length: CLAVE_MAX }, (_, at) => "qwertz7#ñ"[at % 9]).join("");
    expect(typeof (await debil(clave))).toBe("object");
  });
});

test("another's name is no weakness of mine", async () => {
  expect(await claveDebil("fenixaraucaria1", ["fenix", "Fénix Araucaria"])).not.toBeNull();
  expect(await claveDebil("fenixaraucaria1", NAMES)).toBeNull();
});
