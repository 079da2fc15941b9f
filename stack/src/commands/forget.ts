import { randomUUID } from 'node:crypto';
import pc from 'picocolors';
import { consoleReport } from '../report.ts';
import { type ApiFlags, asStaff } from './staff.ts';

interface ForgetFlags extends ApiFlags {
  readonly dryRun?: boolean;
  readonly reason: string;
  readonly json?: boolean;
  readonly key?: string;
}

/** Erases a customer, by id or e-mail address, and says what stays and why. */
export async function forget(customer: string, flags: ForgetFlags): Promise<void> {
  const { dryRun = false, reason, key: idempotencyKey = randomUUID() } = flags;
  const answer = await asStaff(flags, ({ ops }) =>
    ops.customers.erase.mutate({ customer, reason, idempotencyKey, dryRun }),
  );
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const { line } = consoleReport();
  const { account, orders, kept, untouched, deadLetters, elsewhere } = answer;
  line(pc.bold(dryRun ? 'Would be erased:' : 'Erased, in all services within moments:'));
  line(`  the account with its sessions, addresses and preferences: ${account ? 'yes' : 'there is none'}`);
  line(
    `  personal data of ${orders.length} orders${orders.length ? `: ${orders.map(({ number }) => number).join(', ')}` : ''}`,
  );
  if (kept.length > 0) line(pc.bold('Stays, as the law wants it:'));
  for (const { number, until, why } of kept) line(`  ${number} until ${until}. ${why}.`);
  for (const { number, why } of untouched) line(`  Order ${number} names the same address; ${why}.`);
  if (deadLetters === undefined)
    line(pc.red('The dead-letter queues cannot be looked at now: ./run dead-letters list'));
  for (const { worker, eventId, type } of deadLetters ?? []) {
    line(
      pc.red(`  ${type} lies dead-lettered: ./run dead-letters discard --worker ${worker} --event ${eventId} --yes`),
    );
  }
  line(pc.bold('Not ours to erase:'));
  for (const { where, why } of elsewhere) line(`  ${where} ${why}.`);
}
