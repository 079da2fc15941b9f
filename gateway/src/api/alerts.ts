import { alertSchema, listAlertsOutput, noInput, settleAlertInput } from '@orderflow/contracts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { recordedStaff, router, staff } from './trpc.ts';

export const alerts = router({
  /** What staff have to look at and is about no order, e.g. a payout that failed; the newest first. For staff. */
  list: staff
    .input(noInput)
    .output(listAlertsOutput)
    .query(async ({ ctx: { deps } }) => {
      requireStore(deps);
      return { alerts: await deps.alerts.open() };
    }),

  /** Somebody has looked at it. Settled before, it stays as it was settled. For staff. Refuses with NOTHING_TO_SETTLE. */
  settle: recordedStaff(({ alertId }) => alertId)
    .input(settleAlertInput)
    .output(alertSchema)
    .mutation(async ({ ctx: { deps, viewer }, input: { alertId, reason } }) => {
      requireStore(deps);
      const by = { reason, by: `staff:${viewer.id}`, at: deps.now().toISOString() };
      const alert = await deps.alerts.settle(alertId, by);
      if (!alert) throw new DomainError('NOTHING_TO_SETTLE', `There is no alert ${alertId}`, { field: 'alertId' });
      return alert;
    }),
});
