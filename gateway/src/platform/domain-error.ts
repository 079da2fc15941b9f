import type { ApiErrorData, ErrorReason } from '@orderflow/contracts';

type Details = Pick<ApiErrorData, 'field' | 'issues' | 'retryAfterSeconds'>;

/** Why something cannot be done, for the caller to know: a stable reason, a sentence and the field at fault. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly reason: ErrorReason;
  readonly details: Details;
  constructor(reason: ErrorReason, message: string, details: Details = {}) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}
