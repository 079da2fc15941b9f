import { defineEvent } from '../event.ts';
import { withoutPerson, withoutWords } from '../nouns/erased.ts';
import { editRequestSchema } from '../nouns/order-edit.ts';

export const OrderEditRequested = defineEvent('order.edit_requested', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'Lines are to be taken out of a confirmed order, or its address is to be changed. Delivery answers first.',
  erased: (data) => withoutWords(withoutPerson(data)),
  data: editRequestSchema,
});
