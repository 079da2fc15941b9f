import { createHmac } from 'node:crypto';
import { withGatewayDatabase } from './gateway-database.ts';
import type { Stack } from './stack.ts';

export interface DemoAccount {
  readonly email: string;
  readonly name: string;
  readonly role: 'customer' | 'staff';
  readonly password: string;
}

const ACCOUNTS = [
  { email: 'alice@example.org', name: 'Alice', role: 'customer' },
  { email: 'staff@example.org', name: 'Sam', role: 'staff' },
] as const;
const PASSWORD_LENGTH = 12;

/**
 * Accounts for whoever tries the shop. They exist only while the stand-ins take payments and mails: on the same data with
 * a real service in their place they are removed.
 */
export async function makeDemoAccounts(stack: Stack): Promise<DemoAccount[]> {
  const { makeAccount, removeDemoAccounts } = await import('@orderflow/gateway');
  const { stripe, mailbox, mongodb } = stack.addresses;
  const isDemo = stripe !== undefined && mailbox !== undefined && process.env.NODE_ENV !== 'production';
  const accounts = isDemo ? ACCOUNTS.map((one) => ({ ...one, password: passwordOf(stack, one.email) })) : [];
  return withGatewayDatabase({ mongodbUri: mongodb, name: stack.database('gateway') }, async (database) => {
    if (!isDemo) await removeDemoAccounts(database);
    const made: DemoAccount[] = [];
    for (const account of accounts) {
      // Somebody may have signed up with such an address; that account is theirs.
      if ((await makeAccount(database, { ...account, demo: true })) === 'made') made.push(account);
    }
    return made;
  });
}

/** The same at every start on a data directory, and another on every other. */
function passwordOf({ demoSecret }: Pick<Stack, 'demoSecret'>, email: string): string {
  return createHmac('sha256', demoSecret).update(`demo account ${email}`).digest('hex').slice(0, PASSWORD_LENGTH);
}
