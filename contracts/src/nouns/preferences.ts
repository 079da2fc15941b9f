import { z } from 'zod';
import { channelSchema, noticeKindSchema } from './notice.ts';
import { localeSchema } from './order.ts';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, e.g. 22:00');

export const timeZoneSchema = z.string().refine(isTimeZone, 'must be an IANA time zone, e.g. Europe/Berlin');

/** No SMS between `from` and `until` (which may be on the next day) in the customer's time zone: it waits. */
export const quietHoursSchema = z.strictObject({
  from: timeOfDay,
  until: timeOfDay,
  timeZone: timeZoneSchema,
});
export type QuietHours = z.infer<typeof quietHoursSchema>;

/** How a customer wants to be told. What is not named is as for everybody: by e-mail all, by SMS what is urgent. */
export const preferencesSchema = z.strictObject({
  locale: localeSchema.optional(),
  /** By kind of notice and channel; false: not wanted. */
  notices: z.partialRecord(noticeKindSchema, z.partialRecord(channelSchema, z.boolean())).default({}),
  /** Null: none. */
  quietHours: quietHoursSchema.nullish(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
