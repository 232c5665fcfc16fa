/**
 * Ten thousand screens at once: all connect, all come back 100 events late, the server restarts
 * under them, some read no more (issue 8). Beside the bare broadcaster in C and nchan, which replay
 * nothing, where they can do it at all.
 * `bun bench/storms.ts [--streams 10000] [--rounds 5]`, about 6 minutes; needs
 * `sh .ci/setup bench` once.
 */
import { connectAll } from "./storms/connect.ts";
import { restartUnder } from "./storms/restart.ts";
import { stopSome } from "./storms/stopped.ts";
import { readNumbers } from "./support/args.ts";
import { takeACoreEach } from "./support/process.ts";

const { streams, rounds } = readNumbers({ streams: 10_000, rounds: 5 });

takeACoreEach();
await connectAll(streams, rounds);
await restartUnder(streams);
await stopSome(streams / 10, rounds);
