import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from '@orderflow/contracts';
import { type Examined, examiner } from './examine.ts';
import type { AuditMemory } from './memory.ts';
import type { OrderReader } from './read-orders.ts';
import type { Watch } from './surroundings.ts';
import type { Tally } from './tally.ts';

const RECHECK_EVERY_MS = 200;

/** An order that looks wrong: to which checks, and whether it could be convicted as it is. */
interface Suspect {
  readonly checks: ReadonlySet<string>;
  readonly needsStripe: boolean;
  readonly isSure: boolean;
}
export type Suspects = Map<string, Suspect>;

export function suspectOf({ wrong, moving }: Examined): Suspect | undefined {
  const checks = [...wrong.keys()];
  if (checks.length === 0) return undefined;
  return {
    checks: new Set(checks.map(({ name }) => name)),
    needsStripe: checks.some(({ needs }) => needs === 'stripe'),
    isSure: moving === undefined || checks.some(({ always }) => always),
  };
}

export interface Confirmed {
  readonly violations: Violation[];
  readonly counts: { readonly found: number; readonly notReadAgain: number; readonly stillMoving: number };
}

/** Reads the suspects again until each is cleared, or convicted, or there is no more time: then it is left to the next audit. */
export async function confirm(
  found: Suspects,
  given: {
    watch: Watch;
    reader: OrderReader;
    memory: AuditMemory;
    tally: Tally;
    until: number;
    maxSuspects: number;
  },
): Promise<Confirmed> {
  const { until, maxSuspects, ...rest } = given;
  // Those that move can be convicted of little yet; in a busy shop they are many, and would crowd out the others.
  const sure = [...found].filter(([, { isSure }]) => isSure);
  const moving = [...found].filter(([, { isSure }]) => !isSure);
  const suspects: Suspects = new Map([...sure, ...moving].slice(0, maxSuspects));
  const notReadAgain = Math.max(0, sure.length - maxSuspects);
  const leftMoving = found.size - suspects.size - notReadAgain;
  const violations: Violation[] = [];
  for (let round = 0; suspects.size > 0 && (round === 0 || performance.now() < until); round++) {
    await pause(RECHECK_EVERY_MS);
    violations.push(...(await readAgain(suspects, rest)));
  }
  return { violations, counts: { found: found.size, notReadAgain, stillMoving: suspects.size + leftMoving } };
}

/** One more look at each; who is cleared or convicted is no suspect any more. */
async function readAgain(
  suspects: Suspects,
  { watch, reader, memory, tally }: { watch: Watch; reader: OrderReader; memory: AuditMemory; tally: Tally },
): Promise<Violation[]> {
  const violations: Violation[] = [];
  await Promise.all([watch.look(), reader.readStock()]);
  await watch.lookIntoDeadLetterQueues();
  const examined = examiner(watch, reader, memory);
  const gone = new Set(suspects.keys());
  const ofStripe = new Set([...suspects].filter(([, { needsStripe }]) => needsStripe).map(([id]) => id));
  for await (const dossiers of reader.these([...suspects.keys()], (id) => ofStripe.has(id))) {
    for (const dossier of dossiers) {
      const { orderId } = dossier;
      gone.delete(orderId);
      tally.add(dossier);
      const { wrong, moving } = examined(dossier);
      const still = [...wrong].filter(([check]) => suspects.get(orderId)?.checks.has(check.name));
      violations.push(
        ...still.filter(([check]) => check.always || moving === undefined).flatMap(([, wrongs]) => wrongs),
      );
      // Convicted of one thing, an order may still be suspected of another that depends on what is under way.
      const open = still.filter(([check]) => !check.always && moving !== undefined);
      const suspect = suspectOf({ wrong: new Map(open), moving });
      if (suspect) suspects.set(orderId, suspect);
      else suspects.delete(orderId);
    }
  }
  for (const id of gone) suspects.delete(id);
  return violations;
}
