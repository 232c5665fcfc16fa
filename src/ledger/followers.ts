/** Who follows the log in this process, each with its own place in it (L5). */
import type { Event, Seq } from "../domain/event.ts";

type Deliver = (events: readonly Event[]) => void;

interface Follower {
  /** The last seq it was given. */
  place: Seq;
  readonly deliver: Deliver;
}

export interface Followers {
  /** Adds one that has been given everything up to `place`. @returns a function that ends it. */
  join(place: Seq, deliver: Deliver): () => void;
  /** Gives newly committed events, in seq order, to everyone who has not had them. */
  publish(events: readonly Event[]): void;
  clear(): void;
}

/** @param onFault told what a follower threw; the others, and the commit, go on. */
export function createFollowers(onFault: (error: unknown) => void): Followers {
  const all = new Set<Follower>();

  function give(follower: Follower, events: readonly Event[], last: Seq): void {
    const { place } = follower;
    // Joined during this very delivery, or ahead of the log: some or all of it is known there.
    const news = events.filter(({ seq }) => seq > place);
    if (news.length === 0) return;
    follower.place = last;
    try {
      follower.deliver(news);
    } catch (error) {
      onFault(error);
    }
  }

  return {
    join(place, deliver) {
      const follower: Follower = { place, deliver };
      all.add(follower);
      return () => void all.delete(follower);
    },
    publish(events) {
      const last = events.at(-1)?.seq;
      if (last === undefined) return;
      // A copy: a follower may end itself or others, or bring new ones, while it is called.
      for (const follower of [...all]) if (all.has(follower)) give(follower, events, last);
    },
    clear: () => all.clear(),
  };
}
