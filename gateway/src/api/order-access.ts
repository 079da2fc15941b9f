import {
  claimOrdersInput,
  claimOrdersOutput,
  sendTrackingLinkInput,
  sendTrackingLinkOutput,
} from '@orderflow/contracts';
import { claimOrders } from '../customers/claim-orders.ts';
import { sendTrackingLink } from '../customers/send-tracking-link.ts';
import { requireStore } from '../platform/require-store.ts';
import { anyone, recordedCustomer } from './trpc.ts';

/** How people get back to orders that they placed as guests. */
export const orderAccess = {
  /**
   * Mails a link to an order to the address that it was placed with, and to no other. For anyone: the answer is the same
   * whether there is such an order or not. Refuses with RATE_LIMITED (too many mails for this `email`), and
   * PROVIDER_UNAVAILABLE where the shop has no mail server or no pages to link to.
   */
  sendTrackingLink: anyone
    .input(sendTrackingLinkInput)
    .output(sendTrackingLinkOutput)
    .mutation(async ({ ctx: { deps, address }, input }) => {
      requireStore(deps);
      await sendTrackingLink(deps, input, address);
      return { sent: true };
    }),

  /**
   * Makes the guest's orders of the customer's own e-mail address the customer's. Again: those that came since. For
   * customers whose address is verified; EMAIL_NOT_VERIFIED for others.
   */
  claim: recordedCustomer((_input, actor) => actor)
    .input(claimOrdersInput)
    .output(claimOrdersOutput)
    .mutation(async ({ ctx: { deps, viewer, effect } }) => {
      requireStore(deps);
      const orderIds = await claimOrders(deps, viewer.id);
      Object.assign(effect, { orderIds });
      return { claimed: orderIds.length };
    }),
};
