/** A Redis that is none, keeps us out or holds another's key, met by the binary: one line each. */
import { beforeAll, expect, test } from "bun:test";
import { BUILD_MS, binary } from "../support/binary.ts";
import { startRedis } from "../support/redis-server.ts";
import { tempFolder } from "../support/shop.ts";
import { runZeues } from "../support/terminal.ts";

let zeues = "";
beforeAll(async () => {
  zeues = await binary();
}, BUILD_MS);

/** `user list` opens the ledger and does not wait for it, as `serve` does for a minute. */
async function told(url: string): Promise<string> {
  using folder = tempFolder();
  const env = { REDIS_URL: url, ZEUES_DATA: folder.path };
  const said = await runZeues(["user", "list"], env, "", { command: [zeues], cwd: "/" });
  expect(said).toMatchObject({ code: 1, stdout: "" });
  return said.stderr;
}

test("nobody is there", async () => {
  expect(await told("redis://127.0.0.1:1")).toMatch(
    /^zeues: no se puede usar Redis: 127\.0\.0\.1:1\/0: nadie contesta ahí: enciende [^\n]+\n$/,
  );
});

test("a name that no DNS knows", async () => {
  expect(await told("redis://no.existe.invalid")).toMatch(
    /^zeues: no se puede usar Redis: [^\n]+ ese nombre no existe \(DNS\): corrige [^\n]+\n$/,
  );
});

test("a web server is there", async () => {
  await using web = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("hi") });
  expect(await told(`redis://127.0.0.1:${web.port}`)).toMatch(
    /^zeues: no se puede usar Redis: [^\n]+: (lo que contesta|corta la conexión)[^\n]+\n$/,
  );
});

test("a password that is missing, or another one", async () => {
  await using redis = await startRedis({ args: ["--requirepass", "secreto"] });
  const place = `127.0.0.1:${redis.port}`;
  expect(await told(`redis://${place}`)).toMatch(/^zeues: [^\n]*Redis pide contraseña [^\n]+\n$/);
  const wrong = await told(`redis://:otra@${place}`);
  expect(wrong).toMatch(/^zeues: [^\n]*no acepta el usuario o la contraseña[^\n]+\n$/);
  expect(wrong).not.toContain("otra@");
});

test("it does not speak TLS", async () => {
  await using redis = await startRedis();
  expect(await told(`rediss://127.0.0.1:${redis.port}`)).toMatch(/^zeues: [^\n]+ TLS [^\n]+\n$/);
});
