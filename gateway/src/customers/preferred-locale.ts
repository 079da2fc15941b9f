import { type Locale, localeSchema } from '@orderflow/contracts';
import type { Connection } from 'mongoose';

/** Reads which language a customer prefers; undefined: none was chosen, or it cannot be read. */
export function preferredLocales(database: Connection): (customerId: string) => Promise<Locale | undefined> {
  const profiles = database.collection<{ _id: string; preferences?: { locale?: unknown } }>('profiles');
  return async (customerId) => {
    const found = await profiles.findOne({ _id: customerId }, { projection: { 'preferences.locale': 1 } });
    return localeSchema.safeParse(found?.preferences?.locale).data;
  };
}
