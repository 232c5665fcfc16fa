/**
 * At most one read of a kind at a time (spec 7). Who asks while one runs does not get that one,
 * which may have seen the workbook before the asker's own write: all who ask meanwhile share the
 * next, which begins when it has ended.
 */
export function singleFlight<T>(run: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    const flight = run().finally(() => {
      if (current === flight) current = null;
    });
    current = flight;
    return flight;
  };
  return () => {
    if (!current) return begin();
    // However the one before ends, it is not theirs.
    next ??= current
      .catch(() => null)
      .then(() => {
        next = null;
        return begin();
      });
    return next;
  };
}
