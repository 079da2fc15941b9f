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
  isObject(value) ? erasedAddress({ country: typeof value.country === 'string' ? value.country : 'ZZ' }) : value;
/** Elsewhere a field of this name may be a number or a choice, which tells of nobody. */
const texts = (erased: string | undefined) => (value: unknown) => (typeof value === 'string' ? erased : value);

/** What becomes of each field that tells of a person; undefined: it goes. */
const PERSONAL: Readonly<Record<string, (value: unknown) => unknown>> = {
  address: addressOf,
  customer: addressOf,
  contact: (value) => (isObject(value) ? ERASED_CONTACT : value),
  email: texts(ERASED_CONTACT.email),
  phone: texts(undefined),
  customerId: texts(ERASED),
  billingAddress: (value) => (isObject(value) ? undefined : value),
  vatId: texts(undefined),
  card: texts(undefined),
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

/** The same at every depth: for what is stored of an order, whatever comes to be stored with it. */
export function scrubbed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(scrubbed) as T;
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(withoutWords(withoutPerson<object>(value)));
  return Object.fromEntries(fields.map(([name, one]) => [name, scrubbed(one)])) as T;
}
