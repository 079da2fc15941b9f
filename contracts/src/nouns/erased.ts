import type { Address, Contact } from './address.ts';

/** Stands where a person's data was; schemas take it, and nobody is called so. */
export const ERASED = 'erased';

/** The country alone stays: taxes depend on it, and it is nobody's. */
export const erasedAddress = ({ country }: Pick<Address, 'country'>): Address => ({
  name: ERASED,
  line1: ERASED,
  postalCode: ERASED,
  city: ERASED,
  country,
});

/** A domain that nobody can have (RFC 2606, section 2). */
export const ERASED_CONTACT: Contact = { email: `${ERASED}@${ERASED}.invalid` };

export const isErasedContact = ({ email }: Pick<Contact, 'email'>): boolean => email === ERASED_CONTACT.email;

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const addressOf = (value: unknown) =>
  erasedAddress({ country: isObject(value) && typeof value.country === 'string' ? value.country : 'ZZ' });

/** What becomes of each field that tells of a person; undefined: it goes. */
const PERSONAL: Readonly<Record<string, (value: unknown) => unknown>> = {
  address: addressOf,
  customer: addressOf,
  contact: () => ERASED_CONTACT,
  customerId: () => ERASED,
  billingAddress: () => undefined,
  vatId: () => undefined,
  card: () => undefined,
};
export const PERSONAL_FIELDS: readonly string[] = Object.keys(PERSONAL);

/** An object without whose it is. Fields that tell of nobody stay as they are. */
export function withoutPerson<T>(data: T): T {
  if (!isObject(data)) return data;
  const kept = Object.entries(data).map(([name, value]) => {
    const erase = value === undefined || !Object.hasOwn(PERSONAL, name) ? undefined : PERSONAL[name];
    return [name, erase ? erase(value) : value] as const;
  });
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined)) as T;
}

/** An object without what somebody wrote about it. */
export function withoutWords<T>(data: T): T {
  return isObject(data) && typeof data.reason === 'string' ? { ...data, reason: ERASED } : data;
}

/** As an invoice or a credit note is recorded in its event: the document itself is kept elsewhere. */
export const withoutParties = <T>(data: T): T =>
  isObject(data) && isObject(data.document) ? ({ ...data, document: withoutPerson(data.document) } as T) : data;
