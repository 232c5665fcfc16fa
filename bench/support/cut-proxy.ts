/** The network between one process and its Redis: a TCP proxy that can be cut, frozen, half cut. */
import { connect, createServer, type Socket } from "node:net";

export interface CutProxy extends Disposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Ends all connections and lets none through. */
  cut(): void;
  /** Connections stay open and no byte passes, either way; `restore` lets all of them pass. */
  freeze(): void;
  /**
   * What is sent arrives, what is answered does not. `restore` ends the connections that lost
   * anything: one that goes on would take later answers for earlier ones.
   */
  halfCut(): void;
  restore(): void;
}

type Mode = "whole" | "cut" | "frozen" | "half";

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  lost: boolean;
}

/** @param targetPort of 127.0.0.1, where the server behind it listens */
export async function openCutProxy(targetPort: number): Promise<CutProxy> {
  const lines = new Set<Line>();
  let mode: Mode = "whole";

  const end = (line: Line): void => {
    lines.delete(line);
    line.near.destroy();
    line.far.destroy();
  };

  /** @param lose whether bytes are dropped instead */
  const flow = (from: Socket, to: Socket, lose: () => boolean): void => {
    from.on("data", (bytes) => {
      if (!lose() && !to.write(bytes)) from.pause();
    });
    to.on("drain", () => {
      if (mode !== "frozen") from.resume();
    });
  };

  const server = createServer((near) => {
    if (mode === "cut") {
      near.destroy();
      return;
    }
    const far = connect(targetPort, "127.0.0.1");
    const line: Line = { near, far, lost: false };
    lines.add(line);
    for (const socket of [near, far]) {
      // A broken connection is what this is for; both sides see it as closed.
      socket.on("error", () => end(line));
      socket.on("close", () => end(line));
      if (mode === "frozen") socket.pause();
    }
    flow(near, far, () => false);
    flow(far, near, () => {
      if (mode === "half") line.lost = true;
      return line.lost;
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    get connections() {
      return lines.size;
    },
    cut() {
      mode = "cut";
      for (const line of lines) end(line);
    },
    freeze() {
      mode = "frozen";
      for (const { near, far } of lines) for (const socket of [near, far]) socket.pause();
    },
    halfCut() {
      mode = "half";
    },
    restore() {
      mode = "whole";
      for (const line of lines) {
        if (line.lost) end(line);
        else for (const socket of [line.near, line.far]) socket.resume();
      }
    },
    [Symbol.dispose]() {
      for (const line of lines) end(line);
      server.close();
    },
  };
}
