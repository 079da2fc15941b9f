import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { preferencesSchema } from '../nouns/preferences.ts';

export const CustomerPreferencesChanged = defineEvent('customer.preferences_changed', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'A customer chose how to be told what. A higher version supersedes a lower one.',
  subject: 'customer',
  data: z.object({ preferences: preferencesSchema, version: z.int().positive() }),
});
