import { setTimeout as pause } from 'node:timers/promises';
import type { AuditReport } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { askAuditor, type Stack } from '@orderflow/stack';
import mongoose from 'mongoose';
import { outsideOf } from '../outside.ts';
import type { Seen } from './load.ts';

/** An order that was placed by a clock 5 min ahead is handed to the carrier as much later. */
const ENDED_WITHIN_MS = 600_000;
const GREEN_WITHIN_MS = 180_000;

/** What became of a day's orders. */
export interface Checked {
  /** Placed, and not delivered. */
  readonly lost: number;
  /** Orders that nobody placed, and payments beyond one for each. */
  readonly doubled: number;
  readonly audit: 'green' | 'red' | 'not green';
  readonly findings: readonly string[];
}

/** Waits until everything has come to its end, then looks at the store, at Stripe and into the books. */
export async function checked(stack: Stack, { ids, keys }: Seen, before: number): Promise<Checked> {
  await stack.ready();
  const connection = await mongoose
    .createConnection(stack.addresses.mongodb, { dbName: stack.database('gateway') })
    .asPromise();
  const orders = connection.collection<{ _id: string; status: string }>('orders');
  const undelivered = async () => {
    const found = await orders
      .find({ _id: { $in: [...ids] }, status: 'delivered' }, { projection: { _id: 1 } })
      .toArray();
    return ids.size - found.length;
  };
  await eventually('all are delivered', async () => (await undelivered()) === 0, ENDED_WITHIN_MS).catch(() => {});
  const [late, stored] = [await undelivered(), await orders.countDocuments()];
  await connection.close();
  const payments = await doublePayments(stack, ids);
  const report = await audited(stack);
  const audit = report.green ? 'green' : report.violations.length > 0 ? 'red' : 'not green';
  const findings = report.violations.slice(0, 5).map(({ check, message }) => `${check}: ${message}`);
  return { lost: keys - ids.size + late, doubled: stored - before - ids.size + payments, audit, findings };
}

async function doublePayments({ addresses }: Stack, ids: ReadonlySet<string>): Promise<number> {
  const outside = outsideOf(addresses);
  let doubled = 0;
  for (const id of ids) doubled += Math.max(0, (await outside.intents(id)).length - 1);
  return doubled;
}

/** Until it is green and every check was made; after a bad day some of the broker's figures come late. */
async function audited(stack: Stack): Promise<AuditReport> {
  const auditor = { url: stack.addresses.auditor, secret: stack.auditorSecret };
  const began = performance.now();
  for (;;) {
    const report = await askAuditor(auditor);
    if (report.green || performance.now() - began > GREEN_WITHIN_MS) return report;
    await pause(2_000);
  }
}
