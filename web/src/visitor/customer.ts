import 'server-only';
import { cache } from 'react';
import { serverCalls } from '../trpc/server.ts';

/** Who is signed in, as pages need it. */
export interface Customer {
  readonly id: string;
  readonly role: 'customer' | 'staff';
  readonly email?: string;
  readonly name?: string;
}

/** Whoever is signed in; null: nobody, or nobody that can be recognised right now. */
export const getCustomer = cache(async (): Promise<Customer | null> => {
  try {
    const { id, role, email, name } = await serverCalls().profile.get.query();
    return { id, role, ...(email !== undefined && { email }), ...(name !== undefined && { name }) };
  } catch {
    return null;
  }
});
