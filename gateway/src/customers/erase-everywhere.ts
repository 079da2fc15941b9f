import type { Erasure } from '@orderflow/contracts';
import type { Person } from '../access/person.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Cells } from '../cells/cells.ts';
import { DomainError } from '../platform/domain-error.ts';
import { type EraseCommand, type EraseDeps, eraseCustomer } from './erase-customer.ts';

interface Asked {
  /** The other regions; undefined: there are none, or one of them asks. */
  readonly cells: Cells | undefined;
  readonly address: string;
  /** As whoever asked named them. */
  readonly customer: string;
  readonly person: Person;
}

/**
 * Erases a customer in all regions. Each is asked first whether it can be done, so that what is refused is refused before
 * anything has gone; the one that was asked goes last, and with it the account.
 * @throws as `eraseCustomer`, and REGION_UNAVAILABLE
 */
export async function eraseEverywhere(deps: EraseDeps, asked: Asked, command: EraseCommand): Promise<Erasure> {
  const { cells, person } = asked;
  if (!cells) return eraseCustomer(deps, person, command);
  const inAll = async (dryRun: boolean) => {
    const others = await elsewhere(cells, asked, { ...command, dryRun });
    return [...others, await unlessUnknown(eraseCustomer(deps, person, { ...command, dryRun }))];
  };
  const found = await inAll(true);
  return together(command.dryRun ? found : await inAll(false));
}

async function elsewhere(cells: Cells, { customer, person, address }: Asked, command: EraseCommand) {
  const { key: idempotencyKey, reason, dryRun } = command;
  // The region that was asked has seen that they may.
  const viewer: Viewer = { role: 'staff', id: `region ${cells.here.name}` };
  const input = { idempotencyKey, customer, reason, dryRun };
  const call = { path: 'ops.customers.erase', type: 'mutation', input, viewer, address, about: person } as const;
  return Promise.all(cells.others.map((region) => unlessUnknown(cells.ask(region, call) as Promise<Erasure>)));
}

async function unlessUnknown(erasing: Promise<Erasure>): Promise<Erasure | undefined> {
  try {
    return await erasing;
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'UNKNOWN_CUSTOMER') return undefined;
    throw error;
  }
}

/** @throws UNKNOWN_CUSTOMER where no region has anything of them */
function together(answers: readonly (Erasure | undefined)[]): Erasure {
  const known = answers.filter((answer) => answer !== undefined);
  const last = known.at(-1);
  if (!last) throw new DomainError('UNKNOWN_CUSTOMER', 'Nothing is kept of this customer', { field: 'customer' });
  const { deadLetters: _, ...rest } = last;
  const deadLetters = known.flatMap((answer) => answer.deadLetters ?? []);
  return {
    ...rest,
    account: known.some(({ account }) => account),
    orders: known.flatMap(({ orders }) => orders),
    kept: known.flatMap(({ kept }) => kept),
    untouched: known.flatMap(({ untouched }) => untouched),
    ...(known.every((answer) => answer.deadLetters !== undefined) && { deadLetters }),
  };
}
