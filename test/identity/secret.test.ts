/** Secrets: K1 and K2 of identity/secret. */
import { describe, expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import {
  Busy,
  codeOf,
  hashSecret,
  randomCode,
  randomSecret,
  sha256,
  sign,
  signed,
  verifySecret,
} from "../../src/identity/secret.ts";
import { upTo } from "../support/ledger-writes.ts";

describe("K1: what people choose", () => {
  test("is kept as argon2id, 19 MiB, two passes, a salt of its own", async () => {
    const [one, other] = [await hashSecret("una clave"), await hashSecret("una clave")];
    for (const hash of [one, other]) expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    expect(one).not.toBe(other);
  });

  test.each(["1234", "una clave larga de verdad", "ñandú 🦺", "x".repeat(256), " con espacios "])(
    "%j is itself and nothing else",
    async (secret) => {
      const hash = await hashSecret(secret);
      expect(await verifySecret(secret, hash)).toBe(true);
      expect(await verifySecret(`${secret} `, hash)).toBe(false);
      expect(await verifySecret(secret.slice(1), hash)).toBe(false);
    },
  );

  test("nothing is the secret of nobody (K2), not even nothing", async () => {
    for (const secret of ["", "1234", "undefined", "null"]) {
      expect(await verifySecret(secret, null)).toBe(false);
    }
  });

  test("one that nobody has is looked at as a wrong one is (K2): once, with the same parameters", async () => {
    // How long that takes is the bench's.
    const hash = await hashSecret("1234");
    using verify = spyOn(Bun.password, "verify");
    await verifySecret("4321", hash);
    await verifySecret("4321", null);
    const asked = verify.mock.calls.map(([secret, against]) => `${secret} ${against}`);
    expect(asked).toHaveLength(2);
    for (const one of asked) expect(one).toStartWith("4321 $argon2id$v=19$m=19456,t=2,p=1$");
  });
});

describe("too many at once", () => {
  test("are refused before anything is done; the others are answered, and then all again", async () => {
    const hash = await hashSecret("1234");
    // Two under way and 64 waiting; whoever comes then is told so.
    const asked = await Promise.allSettled(upTo(70).map(() => verifySecret("1234", hash)));
    const refused = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(4);
    for (const reason of refused) expect(reason).toBeInstanceOf(Busy);
    expect(asked.filter((one) => one.status === "fulfilled" && one.value)).toHaveLength(66);
    expect(await verifySecret("1234", hash)).toBe(true);
  }, 60_000);

  test("one that nobody has is refused then too, and looked at again afterwards", async () => {
    const others = upTo(66).map((n) => hashSecret(`${n}`));
    await expect(verifySecret("1234", null)).rejects.toBeInstanceOf(Busy);
    await Promise.all(others);
    expect(await verifySecret("1234", null)).toBe(false);
  }, 60_000);

  test("a hash that is none fails alone and gives its place back", async () => {
    const bad = upTo(10).map(() => verifySecret("1234", "no hash"));
    for (const one of await Promise.allSettled(bad)) expect(one.status).toBe("rejected");
    expect(await verifySecret("1234", await hashSecret("1234"))).toBe(true);
  });
});

describe("K1: what we make", () => {
  test("is 256 random bits, unless told otherwise, never twice", () => {
    const made = upTo(1_000).map(() => randomSecret());
    expect(new Set(made).size).toBe(1_000);
    for (const secret of made) expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    expect(Buffer.from(randomSecret(6), "base64url")).toHaveLength(6);
  });

  test("a code has eight letters, none like another, all of them used", () => {
    const codes = upTo(2_000).map(randomCode);
    expect(new Set(codes).size).toBe(2_000);
    for (const code of codes) expect(code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);
    const letters = [...new Set(codes.join("").replaceAll("-", ""))];
    // 16,000 draws of 32: the chance that one never comes is below 1e-200.
    expect(letters).toHaveLength(32);
    for (const alike of ["I", "O", "0", "1"]) expect(letters).not.toContain(alike);
  });
});

describe("a code as it was typed", () => {
  test("is what it was meant to be", () => {
    for (const typed of [
      "ABCD-EFGH",
      "abcdefgh",
      " ab cd - ef gh ",
      "ＡＢＣＤ－ＥＦＧＨ",
      "abcd—efgh",
    ]) {
      expect(codeOf(typed)).toBe("ABCDEFGH");
    }
  });

  test("whoever types it how they like, a code stays itself", () => {
    const noise = fc.array(fc.constantFrom(" ", "-", "\t", ".", "\u00a0"), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(noise, { minLength: 9, maxLength: 9 }), fc.boolean(), (gaps, lower) => {
        const code = randomCode();
        const bare = code.replace("-", "");
        const typed = [...bare].map((letter, at) => `${gaps[at]?.join("")}${letter}`).join("");
        expect(codeOf(lower ? typed.toLowerCase() : typed)).toBe(bare);
      }),
    );
  });

  test("is short, whatever is sent", () => {
    expect(codeOf("A".repeat(100_000)).length).toBeLessThanOrEqual(16);
    expect(codeOf("🦺'\"<>\u0000")).toBe("");
  });
});

describe("signing", () => {
  test("another key, another text, another signature", () => {
    const mac = sign("key", "text");
    expect(signed("key", "text", mac)).toBe(true);
    expect(mac).toMatch(/^[\w-]{22}$/);
    for (const [key, text, given] of [
      ["key2", "text", mac],
      ["key", "text2", mac],
      ["", "text", mac],
      ["key", "text", ""],
      ["key", "text", mac.slice(0, -1)],
      ["key", "text", `${mac}A`],
      ["key", "text", "ñ".repeat(22)],
    ] as const) {
      expect(signed(key, text, given)).toBe(false);
    }
  });

  test("is HMAC-SHA256 (RFC 4231, test case 2), also with an empty key", () => {
    const wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const cut = Buffer.from(wanted, "hex").toString("base64url").slice(0, 22);
    expect(sign("Jefe", "what do ya want for nothing?")).toBe(cut);
    expect(sign("", "text")).not.toBe(
      Buffer.from(sha256("text"), "hex").toString("base64url").slice(0, 22),
    );
  });
});

test("a hash is SHA-256 in hex", () => {
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  expect(sha256("")).toBe(empty);
});
