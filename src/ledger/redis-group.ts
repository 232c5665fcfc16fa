/**
 * Group commit for Redis: commits that wait while scripts are under way go together in the next
 * one, so that they share its round trip, its bell and the disk's fsync.
 *
 * R1: what is asked for is sent in that order; each is answered by itself.
 * R2: nothing waits for others to come: where nothing is under way, a commit is sent in its turn.
 */

/**
 * Scripts under way at once: with two, what comes while one is under way need not wait for it. One
 * to three made no difference to how much is stored (docs/decisions/redis-group.md).
 */
const UNDER_WAY = 2;
/** Most commits of one script: Redis serves nobody else for that time, about 4 ms. */
export const GROUP_MAX = 128;

export interface RedisGroupsDeps<Asked, Answer> {
  /** Sends a group. @returns the answers, in its order; what it throws is thrown at each of them */
  readonly send: (group: readonly Asked[]) => Promise<readonly Answer[]>;
  /** Bytes of what one commit tells: more than `bytesMax` of them don't go together. */
  readonly bytesOf: (asked: Asked) => number;
  readonly bytesMax: number;
}

interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** @returns what asks for one commit, and resolves to its answer */
export function createRedisGroups<Asked, Answer>(deps: RedisGroupsDeps<Asked, Answer>) {
  let waiting: Waiting<Asked, Answer>[] = [];
  let underWay = 0;
  let scheduled = false;

  /** How many of the first that wait go together; one at least, however big. */
  function countOf(): number {
    let bytes = 0;
    const end = waiting.slice(0, GROUP_MAX).findIndex(({ asked }, index) => {
      bytes += deps.bytesOf(asked);
      return index > 0 && bytes > deps.bytesMax;
    });
    return end < 0 ? GROUP_MAX : end;
  }

  async function send(group: readonly Waiting<Asked, Answer>[]): Promise<void> {
    underWay++;
    try {
      const answers = await deps.send(group.map(({ asked }) => asked));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      underWay--;
      drain();
    }
  }

  function drain(): void {
    scheduled = false;
    while (waiting.length > 0 && underWay < UNDER_WAY) {
      const count = countOf();
      const group = waiting.slice(0, count);
      waiting = waiting.slice(count);
      void send(group);
    }
  }

  return function submit(asked: Asked): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.push({ asked, resolve, reject });
    // At the end of this turn's microtasks: what is asked for in one go goes together (R2).
    if (!scheduled && underWay < UNDER_WAY) {
      scheduled = true;
      queueMicrotask(drain);
    }
    return promise;
  };
}
