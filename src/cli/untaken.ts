/**
 * How much, and how long, the system keeps for a client that does not take it (spec 6: 30 s, memory
 * bounded). Bun has no option for it, so the listening socket is told, and each connection has it
 * from there (Linux).
 *
 * Without it Linux keeps up to 4 MB for a client that stopped reading before Bun is told that the
 * connection is blocked, and tries for 15 minutes to reach one that is gone. (Measured: see
 * docs/decisions/untaken.md.)
 */
import { dlopen } from "bun:ffi";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { STALLED_MAX_MS } from "../live/stream.ts";

/** Linux takes it twice over, and its half for what it needs itself. */
const SEND_BUFFER_BYTES = 128 * 1_024;

/** <asm-generic/socket.h> and <linux/tcp.h>; the same on x86-64 and arm64. */
const [SOL_SOCKET, SO_SNDBUF] = [1, 7];
const [IPPROTO_TCP, TCP_USER_TIMEOUT] = [6, 18];
const INT_BYTES = 4;
const LIBC = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];
/** Linux lists there what a process has open. */
const FILES = "/proc/self/fd";
const SETSOCKOPT = { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" } as const;

function openSetsockopt() {
  for (const name of LIBC) {
    try {
      return dlopen(name, { setsockopt: SETSOCKOPT }).symbols.setsockopt;
    } catch {
      // Of this name there is none here; without any, connections are as the system makes them.
    }
  }
  return null;
}

/** This process's sockets: what each is, `socket:[INODE]`, and its descriptor. */
function openSockets(): ReadonlyMap<string, number> {
  const sockets = new Map<string, number>();
  for (const name of readdirSync(FILES)) {
    const file = describe(name);
    if (file.startsWith("socket:")) sockets.set(file, Number(name));
  }
  return sockets;
}

/** What a descriptor is; "" for the one by which the folder was read, which is closed again. */
function describe(name: string): string {
  try {
    return readlinkSync(`${FILES}/${name}`);
  } catch {
    return "";
  }
}

/**
 * Begins to listen, and bounds it for every connection that is accepted there. Elsewhere than on
 * Linux it only begins to listen.
 * @param listen opens the listening socket before it returns
 */
export function boundUntaken<T>(listen: () => T, untakenMs = STALLED_MAX_MS): T {
  const setsockopt = existsSync(FILES) ? openSetsockopt() : null;
  if (!setsockopt) return listen();
  const before = openSockets();
  const listening = listen();
  for (const [socket, fd] of openSockets()) {
    if (before.has(socket)) continue;
    const set = (level: number, option: number, value: number): void =>
      void setsockopt(fd, level, option, new Int32Array([value]), INT_BYTES);
    set(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, untakenMs);
  }
  return listening;
}
