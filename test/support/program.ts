/** A program that says on standard output what it does, so that nobody need ask again and again. */
import type { Subprocess } from "bun";

export type Signal = "SIGTERM" | "SIGKILL";

export interface Program {
  readonly pid: number;
  /** Resolves once it has printed such words since its start; rejects when it ends without. */
  said(words: RegExp): Promise<void>;
  /** Ends it and waits until it is gone. */
  kill(signal: Signal): Promise<void>;
}

const running = new Set<Subprocess>();

/** Whatever ends this program, those it started end with it. */
function endWithUs(child: Subprocess): void {
  if (running.size === 0) {
    process.once("exit", () => {
      for (const one of running) one.kill("SIGKILL");
    });
  }
  running.add(child);
}

interface Waiter {
  readonly words: RegExp;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Starts a program; `said` tells when it is ready. */
export function launch(command: readonly string[]): Program {
  const child = Bun.spawn([...command], { stdio: ["ignore", "pipe", "inherit"] });
  endWithUs(child);
  const waiting = new Set<Waiter>();
  let text = "";
  let ended = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    const reader = child.stdout.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      for (const waiter of waiting) {
        if (!waiter.words.test(text)) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    }
    ended = true;
    for (const { words, reject } of waiting) reject(new Error(`it never said ${words}: ${text}`));
  };
  void read();
  return {
    pid: child.pid,
    said(words) {
      if (words.test(text)) return Promise.resolve();
      if (ended) return Promise.reject(new Error(`it never said ${words}: ${text}`));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.add({ words, resolve, reject });
      return promise;
    },
    async kill(signal) {
      child.kill(signal);
      await child.exited;
    },
  };
}
