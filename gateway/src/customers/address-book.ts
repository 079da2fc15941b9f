import { addressSchema, MAX_ADDRESSES, newId, type SavedAddress, type saveAddressInput } from '@orderflow/contracts';
import { type Connection, Schema } from 'mongoose';
import { z } from 'zod';
import { DomainError } from '../platform/domain-error.ts';
import { readEach, type Unreadable } from '../platform/readable.ts';
import { CONFLICT, retryOnConflict } from '../platform/retry-on-conflict.ts';

type StoredAddress = Omit<SavedAddress, 'isDefault'>;
type AddressInput = z.output<typeof saveAddressInput>;

/** A customer's addresses, the latest last. `_id` is the customer's. */
interface Book {
  readonly _id: string;
  readonly revision: number;
  readonly addresses: readonly StoredAddress[];
  readonly defaultId?: string | null;
}

const MAX_TRIES = 20;
const storedSchema = z.object({
  addressId: z.string(),
  label: z.string().optional(),
  address: addressSchema,
  phone: z.string().optional(),
});

export type AddressBook = ReturnType<typeof createAddressBook>;

/**
 * The addresses that customers have kept, in the collection `address_books`.
 * @param notice called for what is stored and cannot be read; it is left out
 */
export function createAddressBook(database: Connection, notice: (unreadable: Unreadable) => void = () => {}) {
  const model = database.model<Book>(
    'address_books',
    new Schema(
      {
        _id: { type: String, required: true },
        revision: { type: Number, required: true },
        addresses: { type: [Schema.Types.Mixed], required: true },
        defaultId: String,
      },
      { collection: 'address_books', versionKey: false, strict: 'throw', minimize: false },
    ) as never,
  );

  const load = (customerId: string) => model.findById(customerId).lean<Book>();

  const shown = (
    customerId: string,
    { addresses, defaultId }: Pick<Book, 'addresses' | 'defaultId'>,
  ): SavedAddress[] => {
    const { read, unreadable } = readEach(addresses, storedSchema, 'addressId');
    for (const { id, why } of unreadable) notice({ id: customerId, why: `${id}: ${why}` });
    const isDefault = ({ addressId }: { addressId: string }) => addressId === defaultId;
    const all = read.toReversed().map((one) => ({ ...one, isDefault: isDefault(one) }) as SavedAddress);
    return [...all.filter((one) => one.isDefault), ...all.filter((one) => !one.isDefault)];
  };

  /** @param decide pure; asked again when the book changed meanwhile */
  const change = async (
    customerId: string,
    decide: (book: Pick<Book, 'addresses' | 'defaultId'>) => Pick<Book, 'addresses' | 'defaultId'>,
  ): Promise<SavedAddress[]> => {
    const result = await retryOnConflict(MAX_TRIES, async () => {
      const before = await load(customerId);
      const { addresses, defaultId } = decide(before ?? { addresses: [] });
      const after = { addresses, defaultId: defaultId ?? null };
      const revision = (before?.revision ?? 0) + 1;
      const filter = before ? { _id: customerId, revision: before.revision } : { _id: customerId, revision: 0 };
      const written = await model
        .updateOne(filter, { $set: { ...after, revision } }, { upsert: !before })
        .then(({ matchedCount, upsertedCount }) => matchedCount + upsertedCount > 0)
        .catch((error: { code?: number }) => {
          if (error.code !== 11_000) throw error;
          return false;
        });
      return written ? shown(customerId, after) : CONFLICT;
    });
    if (result !== CONFLICT) return result;
    throw new DomainError('CONFLICT', 'The addresses change too fast; try again');
  };

  return {
    list: async (customerId: string): Promise<SavedAddress[]> =>
      shown(customerId, (await load(customerId)) ?? { addresses: [] }),

    isKnown: async (customerId: string): Promise<boolean> => (await load(customerId)) !== null,

    async forget(customerId: string): Promise<void> {
      await model.deleteOne({ _id: customerId });
    },

    /** @throws ADDRESS_NOT_FOUND, TOO_MANY_ADDRESSES */
    async save(customerId: string, { isDefault, addressId, ...input }: AddressInput) {
      const id = addressId ?? newId();
      const kept = { addressId: id, ...input };
      const addresses = await change(customerId, (book) => {
        if (addressId !== undefined) find(book, addressId);
        const others = book.addresses.filter((one) => one.addressId !== id);
        if (others.length >= MAX_ADDRESSES) {
          throw new DomainError('TOO_MANY_ADDRESSES', `An address book has at most ${MAX_ADDRESSES} addresses`);
        }
        // The first one is the default; what is the default stays so until another is.
        const first = others.length === 0 || book.defaultId == null;
        return { addresses: [...others, kept], defaultId: isDefault || first ? id : book.defaultId };
      });
      return { addressId: id, addresses };
    },

    /** The latest of the others is the default then. @throws ADDRESS_NOT_FOUND */
    remove: (customerId: string, addressId: string) =>
      change(customerId, (book) => {
        find(book, addressId);
        const addresses = book.addresses.filter((one) => one.addressId !== addressId);
        const next = book.defaultId === addressId ? addresses.at(-1)?.addressId : book.defaultId;
        return { addresses, ...(next != null && { defaultId: next }) };
      }),

    /** @throws ADDRESS_NOT_FOUND */
    setDefault: (customerId: string, addressId: string) =>
      change(customerId, (book) => {
        find(book, addressId);
        return { addresses: book.addresses, defaultId: addressId };
      }),
  };
}

function find({ addresses }: Pick<Book, 'addresses'>, addressId: string): void {
  if (addresses.some((one) => one.addressId === addressId)) return;
  throw new DomainError('ADDRESS_NOT_FOUND', 'There is no such address in the book', { field: 'addressId' });
}
