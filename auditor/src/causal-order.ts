/** Causes before their effects whatever the clocks say, otherwise by time. */
export function causalOrder<
  Event extends { readonly id: string; readonly time: string; readonly causedBy?: string | undefined },
>(events: readonly Event[]): Event[] {
  const known = new Set(events.map(({ id }) => id));
  const effects = Map.groupBy(events, ({ causedBy }) =>
    causedBy !== undefined && known.has(causedBy) ? causedBy : '',
  );
  const ordered: Event[] = [];
  const ready = [...(effects.get('') ?? [])];
  while (ready.length > 0) {
    const next = ready.reduce((first, other) => (other.time < first.time ? other : first));
    ready.splice(ready.indexOf(next), 1);
    ordered.push(next);
    ready.push(...(effects.get(next.id) ?? []));
  }
  return ordered;
}
