import { randomBytes } from 'node:crypto';
import { readEmail } from '@orderflow/contracts';
import { z } from 'zod';
import { givenAddresses, givenPrefix } from '../config.ts';
import { StackError } from '../errors.ts';
import { withGatewayDatabase } from '../gateway-database.ts';
import { consoleReport } from '../report.ts';
import { runningStack } from './running.ts';

interface StaffAccountFlags {
  readonly name: string;
  readonly remove?: boolean;
  readonly data: string;
}

const addressesSchema = z.object({ mongodb: z.string(), databasePrefix: z.string() });
const PASSWORD_BYTES = 15;

/**
 * Gives an account the rights of staff, or takes them; the audit says so. There is no other way to become staff: the
 * first one needs somebody who may write to the store.
 */
export async function staffAccount(given: string, { name, remove, data }: StaffAccountFlags): Promise<void> {
  const email = readEmail(given);
  if (email === undefined) throw new StackError(`"${given}" is not an e-mail address: ./run staff-account EMAIL`);
  const { createAuditLog, makeAccount, setRole } = await import('@orderflow/gateway');
  const { createLog } = await import('@orderflow/runtime');
  const report = consoleReport();
  const role = remove ? 'customer' : 'staff';
  await withGatewayDatabase(databaseOf(data), async (database) => {
    const entry = { at: new Date(), actor: 'operator', action: 'staff-account', subject: email, input: { role } };
    const complete = await createAuditLog(database, createLog('staff-account', 'warn')).begin(entry);
    const known = await setRole(database, email, role);
    const problem = problemOf(known, email, remove === true);
    if (problem !== undefined) {
      await complete({ outcome: 'refused', reason: known === null ? 'UNKNOWN_ACCOUNT' : 'EMAIL_NOT_VERIFIED' });
      throw new StackError(problem);
    }
    if (known) report.line(`${email} has the rights of ${role} now, and signs in anew.`);
    else {
      const password = randomBytes(PASSWORD_BYTES).toString('base64url');
      await makeAccount(database, { email, name, role, password });
      report.line(`${email} is a member of staff. The password, shown this once: ${password}`);
      report.line('Change it after the first sign-in.');
    }
    await complete({ outcome: 'done' });
  });
}

function problemOf(known: object | 'unverified' | null, email: string, remove: boolean): string | undefined {
  if (known === 'unverified')
    return `${email} is not confirmed: the owner of its account has to follow the link first.`;
  return known === null && remove ? `There is no account of ${email}.` : undefined;
}

/** The environment's store, else that of the stack that runs here. */
function databaseOf(data: string): { mongodbUri: string; name: string } {
  const { mongodbUri } = givenAddresses();
  if (mongodbUri) return { mongodbUri, name: process.env.MONGODB_DATABASE || `${givenPrefix()}gateway` };
  const { mongodb, databasePrefix } = addressesSchema.parse(runningStack(data).addresses);
  return { mongodbUri: mongodb, name: `${databasePrefix}gateway` };
}
