import type { World } from './world.ts';

/** Counts over many worlds, to tell how much was tried. */
export function createTotals() {
  const ends = new Set<string>();
  const sums = { stories: 0, orders: 0, deliveries: 0, crashes: 0, failures: 0, pauses: 0 };
  const linesWith = (world: World, word: string) => world.story.filter((line) => line.includes(word)).length;
  return {
    /** The statuses that orders came to. */
    ends,
    get stories() {
      return sums.stories;
    },
    get crashes() {
      return sums.crashes;
    },
    count: async (world: World): Promise<void> => {
      sums.stories += 1;
      sums.orders += world.orders.length;
      sums.deliveries += world.delivered();
      sums.crashes += linesWith(world, ' CRASH at ');
      sums.failures += linesWith(world, ' FAILED ');
      sums.pauses += linesWith(world, ' PAUSED at ');
      for (const { status } of await world.databases.gateway.collection('orders').find().toArray()) ends.add(status);
    },
    line: () =>
      `${sums.stories} stories of ${sums.orders} orders, ${sums.deliveries} deliveries, of which ${sums.crashes} ` +
      `crashed, ${sums.failures} failed and ${sums.pauses} were overtaken; orders ended as ${[...ends].sort().join(', ')}`,
  };
}
