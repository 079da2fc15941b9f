import { auditIdInput, auditOutput, startAuditInput, startAuditOutput } from '@orderflow/contracts';
import { DomainError } from '../platform/domain-error.ts';
import { recordedStaff, router, staff } from './trpc.ts';

/** Audits on demand. One of many orders takes longer than a call, so whoever starts it comes back for its report. */
export const audits = router({
  /**
   * Has the auditor compare all books once the audit under way has ended, or only what changed since the last one.
   * For staff, on record. AUDITOR_UNAVAILABLE when the auditor is away or there is none.
   */
  start: recordedStaff(() => 'audit')
    .input(startAuditInput)
    .output(startAuditOutput)
    .mutation(({ ctx: { deps }, input: { scope } }) => deps.auditor.startAudit(scope)),

  /** An audit that was started: its report once it has ended. For staff. UNKNOWN_AUDIT, AUDITOR_UNAVAILABLE. */
  get: staff
    .input(auditIdInput)
    .output(auditOutput)
    .query(async ({ ctx: { deps }, input: { id } }) => {
      const audit = await deps.auditor.audit(id);
      if (!audit) throw new DomainError('UNKNOWN_AUDIT', 'The auditor knows no such audit (any more)', { field: 'id' });
      return audit;
    }),
});
