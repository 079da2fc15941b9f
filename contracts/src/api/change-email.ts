import { z } from 'zod';
import { emailInput } from '../nouns/email.ts';
import { orderIdSchema } from '../nouns/order.ts';
import { wordsInput } from './inputs.ts';

/** Mail to the order's present address came back, since then. */
export const emailProblemSchema = z.object({ since: z.iso.datetime() });

const change = { orderId: orderIdSchema, changeId: z.uuid('must be a UUID').toLowerCase(), email: emailInput };

/** Input of `orders.changeEmail`. `changeId` is the caller's: sent twice, changed once. */
export const changeEmailInput = z.strictObject(change);
/** Input of `ops.orders.changeEmail`. */
export const changeEmailByStaffInput = z.strictObject({ ...change, reason: wordsInput });
