import type { Order, TimelineEntry } from '@orderflow/contracts';
import { runSimulation } from './play.ts';
import { quiesce } from './quiesce.ts';
import type { Plan, Run } from './run.ts';
import type { Simulation } from './simulation.ts';
import { storedIn } from './stored.ts';
import type { System } from './system.ts';

type StoredOrder = Order & { readonly timeline: readonly TimelineEntry[] };

export interface Race {
  /** Up to where the race begins. */
  given(simulation: Simulation): Promise<string>;
  /** What is stopped before one of its steps. */
  stopped(simulation: Simulation, orderId: string, plan: Plan): Promise<Run>;
  /** What overtakes it. */
  overtaking(simulation: Simulation, orderId: string): Promise<void>;
  /** The outcomes the order may have, beside what holds for every quiescent simulation. */
  ends?(order: StoredOrder, simulation: Simulation): void;
}

/** Plays a race once for each step that something can be stopped at. @returns how many there were */
export async function raceAtEveryStep(system: System, race: Race): Promise<number> {
  for (let step = 0; ; step++) {
    let over = false;
    await runSimulation(system, async (simulation) => {
      const orderId = await race.given(simulation);
      const run = await race.stopped(simulation, orderId, { pauseAt: step });
      over = run.ending !== undefined;
      await race.overtaking(simulation, orderId);
      await quiesce(simulation);
      race.ends?.(await orderIn(simulation, orderId), simulation);
    });
    if (over) return step;
  }
}

/** The order's document as it is now. */
export async function orderIn(simulation: Simulation, orderId: string): Promise<StoredOrder> {
  const [found] = await storedIn(simulation.databases.gateway, 'orders', { _id: orderId });
  if (!found) throw new Error(`There is no order ${orderId}`);
  return { ...found, id: orderId } as unknown as StoredOrder;
}
