/** Spec 3, roles and labels; spec 4, Trabajadores and Roles as people type them. */
import { describe, expect, test } from "bun:test";
import { hasRol, ROLES_DE } from "../../src/domain/decide.ts";
import {
  enPantalla,
  firmaOf,
  parseRol,
  parseTrabajadorId,
  plain,
  type Rol,
} from "../../src/domain/trabajador.ts";
import { id, MAURICIO, trabajador } from "../support/builders.ts";

describe("label and name", () => {
  test("initials and Id in the workbook, the whole name on screen", () => {
    expect(firmaOf(MAURICIO)).toEqual({
      id: id(93),
      nombre: "Mauricio Rodríguez",
      etiqueta: "MR(93)",
    });
    expect(enPantalla(firmaOf(MAURICIO))).toBe("Mauricio Rodríguez (93)");
  });

  const labels: readonly (readonly [string, string, string])[] = [
    ["Óscar", "Bahamonde", "ÓB(93)"],
    ["Álvaro", "Núñez", "ÁN(93)"],
    ["Ñusta", "Fuentes", "ÑF(93)"],
    ["Raúl", "Ñáñez", "RÑ(93)"],
    ["ñusta", "élida", "ÑÉ(93)"],
    ["Juan Pablo", "de la Fuente", "JD(93)"],
    ["<b>Bo</b>", 'O\'Neil & "Cía"', "BO(93)"],
    ["(Ana)", "-", "A(93)"],
    ["", "", "(93)"],
    ["李", "小龙", "李小(93)"],
    ["__proto__", "constructor", "PC(93)"],
  ];
  for (const [nombre, apellido, etiqueta] of labels) {
    test(`${nombre} ${apellido}: ${etiqueta}`, () => {
      expect(firmaOf(trabajador({ nombre, apellido })).etiqueta).toBe(etiqueta);
    });
  }

  test("an accent typed as a letter of its own gives the same label", () => {
    const [nombre, apellido] = ["Óscar".normalize("NFD"), "Ñáñez".normalize("NFD")];
    expect(firmaOf(trabajador({ nombre, apellido })).etiqueta).toBe("ÓÑ(93)");
  });

  test("a name is kept as it is written; views escape it", () => {
    const bo = trabajador({ nombre: "<b>Bo</b>", apellido: 'O\'Neil & "Cía"' });
    expect(enPantalla(firmaOf(bo))).toBe('<b>Bo</b> O\'Neil & "Cía" (93)');
  });

  test("one name alone has no space beside it", () => {
    expect(firmaOf(trabajador({ nombre: "Ana", apellido: "" })).nombre).toBe("Ana");
    expect(firmaOf(trabajador({ nombre: "", apellido: "Soto" })).nombre).toBe("Soto");
  });
});

describe("roles", () => {
  const written: readonly (readonly [string, Rol])[] = [
    ["Armador", "Armador"],
    ["armador", "Armador"],
    ["  SOLDADOR ", "Soldador"],
    ["Ayudante\t", "Ayudante"],
    ["METROLOGÍA ", "Metrologia"],
    ["metrologia", "Metrologia"],
    ["Metrología".normalize("NFD"), "Metrologia"],
    ["\u00a0Supervisor\u00a0", "Supervisor"],
  ];
  for (const [text, rol] of written) {
    test(`${JSON.stringify(text)} is ${rol}`, () => expect(parseRol(text)).toBe(rol));
  }

  test("any other text is no role", () => {
    for (const text of ["", " ", "Jefe", "Armador,Soldador", "Arma dor", "__proto__", "0"]) {
      expect(parseRol(text)).toBeNull();
    }
  });

  test("who may do what", () => {
    expect(ROLES_DE).toEqual({
      ARM: ["Armador", "Ayudante"],
      SOLD: ["Soldador", "Ayudante"],
      METROLOGIA: ["Metrologia"],
      REPARACION: [],
    });
    expect(hasRol(trabajador({ roles: [] }), [])).toBe(true);
    expect(hasRol(trabajador({ roles: [], activo: false }), [])).toBe(false);
    expect(hasRol(trabajador({ roles: ["Soldador"] }), ROLES_DE.ARM)).toBe(false);
    expect(hasRol(trabajador({ roles: ["Soldador", "Ayudante"] }), ROLES_DE.ARM)).toBe(true);
    expect(hasRol(trabajador({ activo: false }), ROLES_DE.ARM)).toBe(false);
  });

  test("headers and roles are compared without case, accents and outer spaces", () => {
    expect(plain("  FECHA QC METROLOGÍA ")).toBe("fecha qc metrologia");
    expect(plain("Ñandú")).toBe("nandu");
  });
});

describe("Id", () => {
  test("a whole number from 1 to 999999999, as text or number", () => {
    for (const value of [93, "93", " 93 ", "0093"]) expect(parseTrabajadorId(value)).toBe(id(93));
    expect(parseTrabajadorId("999999999")).toBe(id(999_999_999));
  });

  test("nothing else", () => {
    const texts = ["", " ", "0", "-1", "+93", "93.5", "9e1", "0x5d", "1000000000", "9 3", "MR(93)"];
    const odd = [0, -93, 93.5, NaN, Infinity, 1e21, null, undefined, true, [93], { id: 93 }];
    for (const value of [...texts, ...odd, "__proto__", "٩٣"]) {
      expect(parseTrabajadorId(value)).toBeNull();
    }
  });
});
