/** The peer of a start: the smallest Hono there is, from source. `bun bench/peers/hello.ts` */
import { Hono } from "hono";

const app = new Hono().get("/readyz", (c) => c.json({ ok: true }));
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.fetch });
console.log(`http://127.0.0.1:${server.port}`);
process.once("SIGTERM", () => process.exit(0));
