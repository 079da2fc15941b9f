import { DependencyError, errorMessage, PermanentError, UnknownOutcomeError } from '@orderflow/runtime';
import { z } from 'zod';
import type { Parcel } from '../decide-shipment.ts';
import type { Carrier, CreateResult, ShipmentRequest } from './carrier.ts';

export interface HttpCarrierOptions {
  /** Where `/shipments` is. */
  url: string;
  apiKey: string;
  timeoutMs?: number;
}

const DEFAULT_NAME = 'Parcelwise';

const shipmentSchema = z.object({
  id: z.string().min(1),
  trackingNumber: z.string().min(1),
  trackingUrl: z.url(),
  eta: z.iso.datetime({ offset: true }),
  carrier: z.string().min(1).default(DEFAULT_NAME),
  status: z.string().optional(),
});
const shipmentsSchema = z.object({ shipments: z.array(shipmentSchema) });
const problemSchema = z.object({
  error: z.object({
    code: z.string().min(1),
    message: z.string().default(''),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
  }),
});
type Problem = z.output<typeof problemSchema>['error'];

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A carrier behind its HTTP API: JSON, Bearer key, Idempotency-Key on every write. */
export function httpCarrier(options: HttpCarrierOptions): Carrier {
  const call = caller(options);

  const find: Carrier['find'] = async (reference, signal) => {
    const path = `/shipments?reference=${encodeURIComponent(reference)}`;
    const { status, body } = await call('GET', path, signal);
    if (status !== 200) throw rejected(status, body);
    const live = understood(shipmentsSchema, body).shipments.find((one) => one.status !== 'cancelled');
    return live ? parcelOf(live) : null;
  };

  return {
    find,

    create: async (request, signal): Promise<CreateResult> => {
      const { reference } = request;
      const sent = { key: `shipment:${reference}`, body: bodyOf(request) };
      const { status, body } = await call('POST', '/shipments', signal, sent);
      if (status === 200 || status === 201) return { created: parcelOf(understood(shipmentSchema, body)) };
      const problem = problemOf(body);
      if (status === 422 && concernsTheCustomer(problem)) {
        return { refused: { code: problem.code, reason: reasonOf(problem) } };
      }
      // Its memory of our key is gone, not of the shipment.
      const there = status === 409 ? await find(reference, signal) : null;
      if (there) return { created: there };
      throw rejected(status, body);
    },

    cancel: async (shipmentId, signal) => {
      const path = `/shipments/${encodeURIComponent(shipmentId)}/cancel`;
      const { status, body } = await call('POST', path, signal, { key: `cancel:${shipmentId}` });
      if (status === 200 || status === 404) return 'cancelled';
      if (status === 409) return 'too late';
      throw rejected(status, body);
    },
  };
}

/** One call; returns every answer that is the carrier's considered one, 2xx and 4xx. */
function caller({ url, apiKey, timeoutMs = 8_000 }: HttpCarrierOptions) {
  const base = url.replace(/\/+$/, '');
  return async (
    method: string,
    path: string,
    signal: AbortSignal,
    write?: { key: string; body?: unknown },
  ): Promise<Answer> => {
    const response = await reached(method, () =>
      fetch(`${base}${path}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${apiKey}`,
          ...(write ? { 'idempotency-key': write.key } : {}),
          ...(write?.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(write?.body === undefined ? {} : { body: JSON.stringify(write.body) }),
      }),
    );
    const { status } = response;
    const text = await reached(method, () => response.text());
    // A wrong key is ours to mend: until then every order waits, none is lost.
    if (status === 401 || status === 403) throw new DependencyError('carrier', 'it refuses our key (CARRIER_API_KEY)');
    if (status === 429 || status === 503) throw new DependencyError('carrier', `it answered ${status}`);
    if (status >= 500) throw failure(method, `it answered ${status}`);
    return { status, body: parsed(text) };
  };
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

async function reached<T>(method: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    const message = cause?.message || errorMessage(error);
    if (NEVER_SENT.has(cause?.code ?? '')) throw new DependencyError('carrier', message, { cause: error });
    throw failure(method, message, error);
  }
}

/** A read that failed can simply be repeated; a write may have happened. */
function failure(method: string, message: string, cause?: unknown): DependencyError {
  const Failure = method === 'GET' ? DependencyError : UnknownOutcomeError;
  return new Failure('carrier', message, { cause });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function understood<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new UnknownOutcomeError('carrier', `its answer makes no sense: ${z.prettifyError(result.error)}`);
}

function problemOf(body: unknown): Problem {
  const result = problemSchema.safeParse(body);
  return result.success ? result.data.error : { code: 'UNKNOWN', message: '', fields: [] };
}

/** An address that nobody can deliver to is a refusal; any other invalid request is our mistake. */
function concernsTheCustomer({ code, fields }: Problem): boolean {
  if (code === 'ADDRESS_UNDELIVERABLE') return true;
  return fields.length > 0 && fields.every(({ field }) => /^(recipient|contact)\b/.test(field));
}

function reasonOf({ code, message, fields }: Problem): string {
  const details = fields.map(({ message: detail }) => detail).join('; ');
  return [message, details].filter(Boolean).join(': ').slice(0, 500) || code;
}

function rejected(status: number, body: unknown): PermanentError {
  const { code, message } = problemOf(body);
  return new PermanentError(`carrier: it answered ${status} ${code}: ${message}`);
}

function parcelOf({ id, carrier, trackingNumber, trackingUrl, eta }: z.output<typeof shipmentSchema>): Parcel {
  return { shipmentId: id, carrier, trackingNumber, trackingUrl, eta: new Date(eta).toISOString() };
}

/** The same for every try of an order: the idempotency key stands for exactly this body. */
function bodyOf({ reference, service, readyAt, lines, recipient, contact }: ShipmentRequest) {
  const contents = lines.map(({ sku, quantity, name }) => ({ sku, quantity, name: name.slice(0, 200) || sku }));
  return { reference, orderId: reference, service, readyAt, lines: contents, recipient, contact };
}
