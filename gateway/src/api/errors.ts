import type { ApiErrorData, ErrorReason } from '@orderflow/contracts';
import { isStoreConflict, storeIsAway } from '@orderflow/runtime';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { ZodError, type z } from 'zod';
import { UnreadableOrderError } from '../orders/order-errors.ts';
import { DomainError } from '../platform/domain-error.ts';

const CODES: Record<ErrorReason, TRPC_ERROR_CODE_KEY> = {
  INVALID_INPUT: 'BAD_REQUEST',
  NOT_JSON: 'PARSE_ERROR',
  BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  TOKEN_EXPIRED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  CSRF: 'FORBIDDEN',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_SUPPORTED',
  ORDER_NOT_FOUND: 'NOT_FOUND',
  ADDRESS_NOT_FOUND: 'NOT_FOUND',
  TOO_MANY_ADDRESSES: 'CONFLICT',
  EMAIL_NOT_VERIFIED: 'FORBIDDEN',
  EMAIL_ARRIVES: 'FORBIDDEN',
  TOO_MANY_CHANGES: 'CONFLICT',
  ORDER_UNREADABLE: 'CONFLICT',
  UNKNOWN_PRODUCT: 'NOT_FOUND',
  UNKNOWN_WAREHOUSE: 'BAD_REQUEST',
  SKU_TAKEN: 'CONFLICT',
  UNKNOWN_SKU: 'BAD_REQUEST',
  UNSUPPORTED_CURRENCY: 'BAD_REQUEST',
  UNSUPPORTED_COUNTRY: 'BAD_REQUEST',
  OUT_OF_DATE_PRICE: 'CONFLICT',
  IDEMPOTENCY_MISMATCH: 'CONFLICT',
  TOO_LATE_TO_CANCEL: 'CONFLICT',
  ALREADY_ENDED: 'CONFLICT',
  TOO_LATE_TO_EDIT: 'CONFLICT',
  NOT_EDITABLE_YET: 'CONFLICT',
  EDIT_UNDER_WAY: 'CONFLICT',
  NOTHING_WOULD_BE_LEFT: 'CONFLICT',
  TOTAL_WOULD_RISE: 'CONFLICT',
  PAYMENT_NOT_DUE: 'CONFLICT',
  TOO_LATE_TO_PAY: 'CONFLICT',
  NO_ATTEMPTS_LEFT: 'CONFLICT',
  NO_CHALLENGE_DUE: 'CONFLICT',
  NOT_CAPTURED: 'CONFLICT',
  NO_INVOICE_YET: 'CONFLICT',
  REFUND_TOO_HIGH: 'CONFLICT',
  WRONG_CURRENCY: 'BAD_REQUEST',
  UNKNOWN_LINE: 'BAD_REQUEST',
  NOT_RETURNABLE: 'CONFLICT',
  UNKNOWN_RETURN: 'NOT_FOUND',
  NOT_BACK_YET: 'CONFLICT',
  ALREADY_INSPECTED: 'CONFLICT',
  NOTHING_TO_SETTLE: 'CONFLICT',
  UNKNOWN_CUSTOMER: 'NOT_FOUND',
  ORDERS_UNDER_WAY: 'CONFLICT',
  ORDER_ERASED: 'CONFLICT',
  WRONG_PASSWORD: 'FORBIDDEN',
  CONFLICT: 'CONFLICT',
  UNKNOWN_DEAD_LETTER: 'NOT_FOUND',
  UNKNOWN_WORKER: 'NOT_FOUND',
  UNKNOWN_AUDIT: 'NOT_FOUND',
  PROVIDER_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  AUDITOR_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  TOO_MUCH_UNPAID: 'TOO_MANY_REQUESTS',
  BROKER_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  STORE_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  REGION_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  UNKNOWN_PROCEDURE: 'NOT_FOUND',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

/** For what answers outside a procedure; inside one tRPC wraps what is thrown by itself. */
export const trpcErrorOf = (error: DomainError): TRPCError =>
  new TRPCError({ code: CODES[error.reason], message: error.message, cause: error });

export interface DescribedError {
  readonly message: string;
  readonly data: ApiErrorData;
}

/** What the client gets for an error: of a domain error all, of any other never a stack or an internal message. */
export function describeError(error: TRPCError): DescribedError {
  const known = domainErrorIn(error);
  const { reason, message, details } = known;
  const code = CODES[reason];
  const httpStatus = getHTTPStatusCodeFromError(new TRPCError({ code }));
  return { message, data: { code, httpStatus, reason, ...details } };
}

function domainErrorIn(error: TRPCError): DomainError {
  const { cause } = error;
  if (cause instanceof DomainError) return cause;
  if (cause instanceof UnreadableOrderError) {
    return new DomainError('ORDER_UNREADABLE', `The order ${cause.orderId} cannot be read as it is stored`, {
      field: 'orderId',
    });
  }
  if (error.code === 'BAD_REQUEST' && cause instanceof ZodError) return invalidInput(cause);
  // tRPC reads the body where it reads the input.
  if (error.code === 'BAD_REQUEST' && cause instanceof SyntaxError) return notJson();
  if (storeIsAway(cause) || isStoreConflict(cause))
    return new DomainError('STORE_UNAVAILABLE', 'The order store cannot be reached; try again');
  switch (error.code) {
    case 'PARSE_ERROR':
    case 'UNSUPPORTED_MEDIA_TYPE':
      return notJson();
    case 'PAYLOAD_TOO_LARGE':
      return new DomainError('BODY_TOO_LARGE', 'The request is too large');
    case 'NOT_FOUND':
    case 'METHOD_NOT_SUPPORTED':
      return new DomainError('UNKNOWN_PROCEDURE', 'There is no such procedure for this HTTP method');
    case 'BAD_REQUEST': {
      // Without a cause it is tRPC's own sentence about the request as a whole, e.g. about its batch.
      const message = cause === undefined ? error.message.slice(0, MAX_FIELD) : 'The request cannot be understood';
      return new DomainError('INVALID_INPUT', message, { field: 'request' });
    }
    default:
      return new DomainError('INTERNAL', 'Something went wrong on our side');
  }
}

/** Clients may name fields as they like. */
const MAX_FIELD = 200;

const notJson = () => new DomainError('NOT_JSON', 'The request is not valid JSON');

/** Names the first field at fault, and all of them. */
export function invalidInput(error: ZodError): DomainError {
  const issues = error.issues.flatMap(described).slice(0, 20);
  const [first] = issues;
  const message = first ? `${first.field} ${first.message}` : 'The input is not valid';
  return new DomainError('INVALID_INPUT', message, { ...(first ? { field: first.field } : {}), issues });
}

function described(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  const path = issue.path.map(String);
  const fieldOf = (...more: string[]) => [...path, ...more].join('.').slice(0, MAX_FIELD) || 'input';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldOf(key), message: 'is not known here' }));
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ field: fieldOf(), message: missing ? 'is required' : issue.message }];
}
