import type { ApiErrorData, ErrorReason } from '@orderflow/contracts';

/** `GATEWAY_UNAVAILABLE`: nobody answered, neither to us nor to our server. */
export type FailureReason = ErrorReason | 'GATEWAY_UNAVAILABLE';

/** Why something could not be done, small enough to go from the server to the browser. */
export interface Failure {
  readonly reason: FailureReason;
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  /** It may work later without a change. */
  readonly transient: boolean;
}

const TRANSIENT: readonly FailureReason[] = [
  'GATEWAY_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'REGION_UNAVAILABLE',
  'BROKER_UNAVAILABLE',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
];

/** Of anything that was thrown by a call; what carries no reason never got an answer. */
export function failureOf(error: unknown): Failure {
  const data = (error as { data?: Partial<ApiErrorData> | null } | null)?.data;
  const reason = data?.reason ?? 'GATEWAY_UNAVAILABLE';
  return {
    reason,
    transient: TRANSIENT.includes(reason),
    ...(data?.field === undefined ? {} : { field: data.field }),
    ...(data?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: data.retryAfterSeconds }),
  };
}
