import type { ApiErrorData } from '@orderflow/contracts';
import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '../api/router.ts';

export function clientOf(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
}

/** A call as any HTTP client would make it, and the error as it is on the wire. */
export async function rawCall(
  url: string,
  procedure: string,
  body: unknown,
  options: { token?: string; method?: 'GET' | 'POST' } = {},
): Promise<{ status: number; message: string; error: ApiErrorData; text: string; headers: Headers }> {
  const headers = {
    'content-type': 'application/json',
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
  };
  const encoded = typeof body === 'string' ? body : JSON.stringify(body);
  const response =
    options.method === 'GET'
      ? await fetch(`${url}/trpc/${procedure}?input=${encodeURIComponent(encoded)}`, { headers })
      : await fetch(`${url}/trpc/${procedure}`, { method: 'POST', headers, body: encoded });
  const text = await response.text();
  const { error } = JSON.parse(text) as { error?: { message: string; data: ApiErrorData } };
  const { status } = response;
  return { status, message: error?.message ?? '', error: error?.data as ApiErrorData, text, headers: response.headers };
}

/** What a provider sends, and what it is answered. */
export async function postWebhook(url: string, provider: string, body: string, headers: Record<string, string>) {
  const response = await fetch(`${url}/webhooks/${provider}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as { error?: { field?: string } } };
}

interface ServerSentEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

/**
 * Opens `orders.watch` and collects its events (pings excepted) until it is closed.
 * @param shown a bearer token, or a cookie
 */
export async function watching(
  url: string,
  shown: string | { readonly cookie: string },
  orderId: string,
  lastEventId?: string,
) {
  const abort = new AbortController();
  const events: ServerSentEvent[] = [];
  const input = encodeURIComponent(JSON.stringify({ orderId }));
  const response = await fetch(`${url}/trpc/orders.watch?input=${input}`, {
    signal: abort.signal,
    headers: {
      accept: 'text/event-stream',
      ...(typeof shown === 'string' ? { authorization: `Bearer ${shown}` } : shown),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  let ended = false;
  const reading = (async () => {
    let rest = '';
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
        const [event = 'message', id, data = ''] = [field('event'), field('id'), field('data')];
        if (block.trim() !== '' && event !== 'ping') events.push({ event, ...(id === undefined ? {} : { id }), data });
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  return {
    events,
    /** The revisions seen so far. */
    get revisions(): number[] {
      return events.filter(({ event }) => event === 'message').map(({ id }) => Number(id));
    },
    get ended() {
      return ended;
    },
    close: async () => {
      abort.abort();
      await reading;
    },
  };
}
