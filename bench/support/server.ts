/**
 * `zeues serve` with another coalescing window, which no variable sets: for measuring what is not
 * coalesced. `bun bench/support/server.ts WINDOW_MS`, the rest from the environment. Nobody is told
 * that they ask too often: one session stands for thousands of people.
 */
import { serve } from "../../src/cli/serve.ts";
import { readConfig } from "../../src/config.ts";
import { UNLIMITED } from "../../src/http/middleware/limits.ts";
import { createLog } from "../../src/log.ts";

const config = readConfig(process.env);
const options = { traffic: false, windowMs: Number(process.argv[2]), limits: UNLIMITED };
const { server, stop } = await serve(config, createLog(config.logLevel), options);
console.log(`http://127.0.0.1:${server.port}`);
process.once("SIGTERM", () => void stop().then(() => process.exit(0)));
