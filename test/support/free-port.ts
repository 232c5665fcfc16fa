/** Ports for servers that must come back on the same one. */
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (Linux: from 32768). In that range a
 * client that keeps calling a port whose server is down gets connected to itself one day, and
 * holds the port when the server comes back.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

/** A random port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
}
