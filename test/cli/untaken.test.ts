/** What the system keeps for a client that does not take it: so much, so long (spec 6). */
import { describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { listen } from "../../src/cli/listen.ts";
import { boundUntaken } from "../../src/cli/untaken.ts";
import { readConfig } from "../../src/config.ts";

/** Bun's own controller, as far as it is used here. */
interface Controller {
  write(bytes: Uint8Array): number | Promise<number>;
  flush(): void;
}

const PIECE = new Uint8Array(1_000);

/** A stream that is written to until the connection takes no more. */
function fill() {
  const blocked = Promise.withResolvers<number>();
  const gone = Promise.withResolvers<void>();
  const answer = (request: Request): Response => {
    request.signal.addEventListener("abort", () => gone.resolve());
    const body = {
      type: "direct",
      async pull(controller: Controller) {
        for (let bytes = PIECE.length; ; bytes += PIECE.length) {
          const taken = controller.write(PIECE);
          controller.flush();
          if (typeof taken === "number") continue;
          blocked.resolve(bytes);
          return await gone.promise;
        }
      },
    };
    return new Response(new ReadableStream(body as unknown as UnderlyingSource));
  };
  return { answer, blocked: blocked.promise, gone: gone.promise };
}

/** A client that asks and never reads. */
function stopped(port: number | undefined): Socket & Disposable {
  const socket = connect(port ?? 0, "127.0.0.1").pause();
  socket.on("error", () => {}).write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  return Object.assign(socket, { [Symbol.dispose]: () => socket.destroy() });
}

/** Twice SEND_BUFFER_BYTES here, and what the client's side takes unasked; Linux's own is 4 MB. */
const KEPT_MAX_BYTES = 1_500_000;

describe.if(process.platform === "linux")("a client that never reads", () => {
  test("blocks its stream before the system keeps megabytes for it", async () => {
    const { answer, blocked } = fill();
    const config = readConfig({ PORT: "0", HOST: "127.0.0.1" });
    const listener = listen(config, null, answer);
    using _client = stopped(listener.server.port);
    expect(await blocked).toBeLessThan(KEPT_MAX_BYTES);
    await listener.stop(0);
  });

  test("is closed when it has taken nothing for so long", async () => {
    const { answer, gone } = fill();
    const open = () => Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer, idleTimeout: 0 });
    const server = boundUntaken(open, 200);
    using _client = stopped(server.port);
    // Nothing else would end it within this test's time.
    await gone;
    await server.stop(true);
  });
});
