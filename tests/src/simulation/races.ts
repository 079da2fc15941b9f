import type { Order, TimelineEntry } from '@orderflow/contracts';
import { comeToRest } from './come-to-rest.ts';
import { inWorld } from './play.ts';
import type { Plan, Run } from './run.ts';
import type { System } from './system.ts';
import type { World } from './world.ts';

type StoredOrder = Order & { readonly timeline: readonly TimelineEntry[] };

export interface Race {
  /** Up to where the race begins. */
  given(world: World): Promise<string>;
  /** What is stopped before one of its steps. */
  stopped(world: World, orderId: string, plan: Plan): Promise<Run>;
  /** What overtakes it. */
  overtaking(world: World, orderId: string): Promise<void>;
  /** What the order may have come to, beside what is true of every world at rest. */
  ends?(order: StoredOrder, world: World): void;
}

/** Plays a race once for each step that something can be stopped at. @returns how many there were */
export async function raceAtEveryStep(system: System, race: Race): Promise<number> {
  for (let step = 0; ; step++) {
    let over = false;
    await inWorld(system, async (world) => {
      const orderId = await race.given(world);
      const run = await race.stopped(world, orderId, { pauseAt: step });
      over = run.ending !== undefined;
      await race.overtaking(world, orderId);
      await comeToRest(world);
      race.ends?.(await orderIn(world, orderId), world);
    });
    if (over) return step;
  }
}

/** The order's document as it is now. */
export async function orderIn(world: World, orderId: string): Promise<StoredOrder> {
  const found = await world.databases.gateway.collection('orders').findOne({ _id: orderId as never });
  if (!found) throw new Error(`There is no order ${orderId}`);
  return { ...found, id: orderId } as unknown as StoredOrder;
}
