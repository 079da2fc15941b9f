import {
  claimOrdersInput,
  claimOrdersOutput,
  sendTrackingLinkInput,
  sendTrackingLinkOutput,
} from '@orderflow/contracts';
import { askOthers } from '../cells/all-cells.ts';
import { claimOrders, confirmedEmail } from '../customers/claim-orders.ts';
import { sendTrackingLink } from '../customers/send-tracking-link.ts';
import { requireStore } from '../platform/require-store.ts';
import { anyone, recordedCustomer } from './trpc.ts';

/** How people get back to orders that they placed as guests. */
export const orderAccess = {
  /**
   * Mails a link to an order to the address that it was placed with, and to no other. For anyone: the answer is the same
   * whether there is such an order or not. Refuses with RATE_LIMITED (too many mails for this `email`), and
   * PROVIDER_UNAVAILABLE where the shop has no mail server or no pages to link to; REGION_UNAVAILABLE.
   */
  sendTrackingLink: anyone
    .input(sendTrackingLinkInput)
    .output(sendTrackingLinkOutput)
    .mutation(async ({ ctx: { deps, viewer, cells, address }, input }) => {
      requireStore(deps);
      // Only an id says which region has the order; the one that has it writes.
      await askOthers(cells, { path: 'orders.sendTrackingLink', type: 'mutation', input, viewer, address });
      await sendTrackingLink(deps, input, address);
      return { sent: true };
    }),

  /**
   * Makes the guest's orders of the customer's own e-mail address the customer's. Again: those that came since. For
   * customers whose address is verified; EMAIL_NOT_VERIFIED for others, REGION_UNAVAILABLE once those of the others are.
   */
  claim: recordedCustomer((_input, actor) => actor)
    .input(claimOrdersInput)
    .output(claimOrdersOutput)
    .mutation(async ({ ctx: { deps, viewer, cells, about, address, effect } }) => {
      requireStore(deps);
      const email = about?.emails[0] ?? (await confirmedEmail(deps, viewer.id));
      const orderIds = await claimOrders(deps, viewer.id, email);
      Object.assign(effect, { orderIds });
      const known = { customerIds: [viewer.id], accountIds: [viewer.id], emails: [email] };
      const call = { path: 'orders.claim', type: 'mutation', input: {}, viewer, address, about: known } as const;
      const elsewhere = (await askOthers(cells, call)) as { claimed: number }[];
      return { claimed: elsewhere.reduce((sum, { claimed }) => sum + claimed, orderIds.length) };
    }),
};
