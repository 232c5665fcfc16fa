/** The shop's Wi-Fi between a browser and ZEUES: a TCP proxy that can be cut, or lose answers. */
import { connect, createServer, type Socket } from "node:net";

export interface Wire extends Disposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Ends all connections and lets none through. */
  cut(): void;
  /** What is sent still arrives; the answers do not, and their connections break. */
  loseAnswers(): void;
  mend(): void;
}

type Mode = "whole" | "cut" | "mute";

/** @param target `http://HOST:PORT` of the server behind it */
export async function openWire(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let mode: Mode = "whole";
  const server = createServer((near) => {
    if (mode === "cut") {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      // A broken connection is what this is for; both sides see it as closed.
      socket.on("error", end);
      socket.on("close", () => {
        open.delete(socket);
        end();
      });
    }
    near.pipe(far);
    far.on("data", (bytes) => {
      if (mode === "whole") near.write(bytes);
      else end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const cut = (): void => {
    mode = "cut";
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    loseAnswers() {
      mode = "mute";
    },
    mend() {
      mode = "whole";
    },
    [Symbol.dispose]() {
      cut();
      server.close();
    },
  };
}
