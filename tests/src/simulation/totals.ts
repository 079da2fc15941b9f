import type { Simulation } from './simulation.ts';

/** Counts over many runs, to report how much was tried. */
export function createTotals() {
  const ends = new Set<string>();
  const sums = { runs: 0, orders: 0, deliveries: 0, crashes: 0, failures: 0, pauses: 0, compacted: 0 };
  const linesWith = (simulation: Simulation, word: string) =>
    simulation.journal.filter((line) => line.includes(word)).length;
  return {
    /** The statuses that orders came to. */
    ends,
    get runs() {
      return sums.runs;
    },
    get crashes() {
      return sums.crashes;
    },
    get compacted() {
      return sums.compacted;
    },
    count: async (simulation: Simulation): Promise<void> => {
      sums.runs += 1;
      sums.orders += simulation.orders.length;
      sums.deliveries += simulation.delivered();
      sums.compacted += simulation.compacted();
      sums.crashes += linesWith(simulation, ' CRASH at ');
      sums.failures += linesWith(simulation, ' FAILED ');
      sums.pauses += linesWith(simulation, ' PAUSED at ');
      for (const { status } of await simulation.databases.gateway.collection('orders').find().toArray())
        ends.add(status);
    },
    line: () =>
      `${sums.runs} runs of ${sums.orders} orders, ${sums.deliveries} deliveries, of which ${sums.crashes} ` +
      `crashed, ${sums.failures} failed and ${sums.pauses} were overtaken, ${sums.compacted} documents compacted; orders ended as ${[...ends].sort().join(', ')}`,
  };
}
