import type { Counts } from './counts.ts';

/** How much longer queues were in the last quarter than in the second, where that is more than a moment's work. */
export function growth(looks: readonly Counts[], momentsWork: number): Counts {
  const quarter = Math.floor(looks.length / 4);
  const mean = (name: string, some: readonly Counts[]) =>
    some.reduce((sum, counts) => sum + (counts.get(name) ?? 0), 0) / some.length;
  const names = [...new Set(looks.flatMap((counts) => [...counts.keys()]))];
  const grown = names.map((name) => {
    const [early, late] = [looks.slice(quarter, 2 * quarter), looks.slice(-quarter)];
    return [name, mean(name, late) - mean(name, early)] as const;
  });
  return new Map(grown.filter(([, messages]) => messages > momentsWork));
}
