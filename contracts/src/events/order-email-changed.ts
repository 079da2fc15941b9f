import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { emailSchema } from '../nouns/email.ts';
import { ERASED_CONTACT, withoutPerson, withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const OrderEmailChanged = defineEvent('order.email_changed', {
  version: 1,
  saidBy: ['gateway'],
  summary: "The order's e-mail address was mended: what matters is sent again, to the address that it has now.",
  erased: (data) => ({ ...withoutWords(withoutPerson(data as object)), email: ERASED_CONTACT.email }),
  data: z.object({
    changeId: z.uuid(),
    email: emailSchema,
    /** Which address of the order it is: the one that it was placed with is 0. */
    mailbox: z.int().positive(),
    actor: z.enum(['customer', 'staff']),
    reason: reasonSchema.optional(),
    /** Of a guest's order: whose it is now, by the new address. */
    customerId: z.string().min(1).optional(),
  }),
});
