import {
  abortedAfter,
  DependencyError,
  errorMessage,
  outsideCall,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';

export interface HttpCarrierOptions {
  /** Where `/shipments` is. */
  url: string;
  apiKey: string;
  timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Call {
  /** For the X-ray, e.g. `shipments.create`. */
  readonly operation: string;
  readonly path: string;
  readonly signal: AbortSignal;
  /** A write, under this idempotency key. */
  readonly write?: { readonly key: string; readonly body?: unknown };
}

/** One call; returns every answer that is the carrier's considered one, 2xx and 4xx. */
export function carrierCalls({ url, apiKey, timeoutMs = 8_000 }: HttpCarrierOptions) {
  const base = url.replace(/\/+$/, '');
  const send = async ({ path, signal, write }: Call, bound: AbortSignal): Promise<Answer> => {
    const method = write ? 'POST' : 'GET';
    const response = await reached({ method, signal }, () =>
      fetch(`${base}${path}`, {
        method,
        redirect: 'error',
        signal: bound,
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
    const text = await reached({ method, signal }, () => response.text());
    // A wrong key is ours to mend: until then every order waits, none is lost.
    if (status === 401 || status === 403) throw new DependencyError('carrier', 'it refuses our key (CARRIER_API_KEY)');
    // Too much at once: the carrier is well.
    if (status === 429) throw new TransientError('carrier: it answered 429');
    if (status === 503) throw new DependencyError('carrier', `it answered ${status}`);
    if (status >= 500) throw failure(method, `it answered ${status}`);
    return { status, body: parsed(text) };
  };
  return (call: Call): Promise<Answer> =>
    outsideCall('carrier', call.operation, () => abortedAfter(timeoutMs, call.signal, (bound) => send(call, bound)));
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

async function reached<T>(
  { method, signal }: { method: string; signal: AbortSignal },
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    // All that the handler asked for took too long; this call may have begun just now.
    if (signal.aborted) throw new TransientError('carrier: given up, as the handler’s time is up', { cause: error });
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
