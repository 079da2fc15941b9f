import { z } from 'zod';
import { emailInput } from '../nouns/email.ts';
import { localeSchema, orderIdSchema } from '../nouns/order.ts';
import { lineInput, MOST } from '../nouns/text.ts';

/** `orderNumber` as people read it out: case, spaces and dashes make no difference. Exactly one of the two. */
export const sendTrackingLinkInput = z
  .strictObject({
    orderNumber: lineInput(40).optional(),
    orderId: orderIdSchema.optional(),
    email: emailInput,
  })
  .refine(({ orderNumber, orderId }) => (orderNumber === undefined) !== (orderId === undefined), {
    message: 'must be given, or orderId, and not both',
    path: ['orderNumber'],
  });
/** The same whether there is such an order or not. */
export const sendTrackingLinkOutput = z.object({ sent: z.literal(true) });

export const claimOrdersInput = z.strictObject({}).default({});
/** `claimed`: how many guest's orders are the customer's now that were not before. */
export const claimOrdersOutput = z.object({ claimed: z.int().nonnegative() });

/** Body of `POST /auth/guest`: the token of a mail's link, from the fragment of its address. */
export const guestSessionInput = z.strictObject({ token: z.string().min(1).max(2_000) });
/** Its answer: the order that the browser's cookie now opens. */
export const guestSessionOutput = z.object({ orderId: orderIdSchema });

const newPasswordInput = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(128, 'must have at most 128 characters');
const passwordInput = z.string().min(1, 'is required').max(128, 'must have at most 128 characters');
/** A page of the shop's; elsewhere is refused. */
const callbackInput = z.string().max(500).optional();

/** Body of `POST /auth/sign-up/email`. The answer is the same whether the address has an account already or not. */
export const signUpInput = z.strictObject({
  /** As it stands in a mail's greeting. */
  name: lineInput(MOST.name),
  email: emailInput,
  password: newPasswordInput,
  locale: localeSchema.optional(),
  callbackURL: callbackInput,
});
/** Body of `POST /auth/sign-in/email`. */
export const signInInput = z.strictObject({
  email: emailInput,
  password: passwordInput,
  /** False: the session ends with the browser, after a day at the latest. */
  rememberMe: z.boolean().optional(),
  callbackURL: callbackInput,
});
/** Body of `POST /auth/request-password-reset`; the link in the mail works once, for an hour. */
export const requestPasswordResetInput = z.strictObject({ email: emailInput });
/** Body of `POST /auth/reset-password`. All sessions end. */
export const resetPasswordInput = z.strictObject({
  newPassword: newPasswordInput,
  token: z.string().min(1, 'is required').max(200),
});
/** Body of `POST /auth/change-password`. */
export const changePasswordInput = z.strictObject({
  currentPassword: passwordInput,
  newPassword: newPasswordInput,
  revokeOtherSessions: z.boolean().optional(),
});
/** Body of `POST /auth/send-verification-email`. */
export const sendVerificationInput = z.strictObject({ email: emailInput, callbackURL: callbackInput });
/** Body of `POST /auth/revoke-session`: `token` of one of `GET /auth/list-sessions`. */
export const revokeSessionInput = z.strictObject({ token: z.string().min(1).max(200) });
