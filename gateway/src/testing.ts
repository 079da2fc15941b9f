import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ApiErrorData, PlaceOrderInput, QuoteInput } from '@orderflow/contracts';
import { readConfig, type Service } from '@orderflow/runtime';
import type { Infrastructure, TestBed } from '@orderflow/runtime/testing';
import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from './api/router.ts';
import { issueToken } from './auth.ts';
import { gatewayEnv } from './config.ts';
import { orderStatusEnv } from './order-status/config.ts';
import { startOrderStatus } from './order-status/start-order-status.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';

export const TOKEN_SECRET = 'a token secret of at least 32 characters';
export const WEBHOOK_SECRET = 'a carrier webhook secret';
export const SEED = new URL('../seed/catalogue.json', import.meta.url).pathname;

export const ADDRESS = { name: 'Ada', line1: 'Hauptstraße 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

export const quoteFor = (over: Partial<QuoteInput> = {}): QuoteInput => ({
  lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }],
  shippingMethod: 'standard',
  address: ADDRESS,
  currency: 'EUR',
  ...over,
});

export const orderFor = (idempotencyKey: string, over: Partial<PlaceOrderInput> = {}): PlaceOrderInput => ({
  ...quoteFor(),
  idempotencyKey,
  contact: { email: 'ada@example.com' },
  paymentMethod: 'pm_card_visa',
  ...over,
});

/** A gateway in this process, on a free port, with the bed's vhost and database. */
export async function testGateway(
  bed: Pick<TestBed, 'amqpUrl' | 'databaseName'>,
  infrastructure: Pick<Infrastructure, 'mongodbUri' | 'redisUrl'>,
  over: Record<string, string> = {},
): Promise<RunningGateway> {
  const env = {
    AMQP_URL: bed.amqpUrl,
    MONGODB_URI: infrastructure.mongodbUri,
    MONGODB_DATABASE: bed.databaseName,
    REDIS_URL: infrastructure.redisUrl,
    PORT: '0',
    LOG_LEVEL: 'silent',
    TOKEN_SECRET,
    CARRIER_WEBHOOK_SECRET: WEBHOOK_SECRET,
    CATALOGUE_SEED: SEED,
    RATE_LIMIT_PER_MINUTE: '100000',
    ...over,
  };
  return startGateway(readConfig(gatewayEnv, env));
}

export const tokenOf = (sub: string, role: 'customer' | 'staff' = 'customer', expiresIn = '1h'): Promise<string> =>
  issueToken(TOKEN_SECRET, { sub, role, expiresIn });

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

export interface ServerSentEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

/** Opens `orders.watch` and collects its events (pings excepted) until it is closed. */
export async function watching(url: string, token: string, orderId: string, lastEventId?: string) {
  const abort = new AbortController();
  const events: ServerSentEvent[] = [];
  const input = encodeURIComponent(JSON.stringify({ orderId }));
  const response = await fetch(`${url}/trpc/orders.watch?input=${input}`, {
    signal: abort.signal,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
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

/** A port of this machine that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** order-status in this process, on the bed's vhost and the gateway's database. */
export async function testOrderStatus(
  bed: Pick<TestBed, 'amqpUrl' | 'databaseName'>,
  infrastructure: Pick<Infrastructure, 'mongodbUri' | 'redisUrl'>,
  over: Record<string, string> = {},
): Promise<Service> {
  const env = {
    AMQP_URL: bed.amqpUrl,
    MONGODB_URI: infrastructure.mongodbUri,
    MONGODB_DATABASE: bed.databaseName,
    REDIS_URL: infrastructure.redisUrl,
    LOG_LEVEL: 'silent',
    RETRY_DELAYS_MS: '20,50,100',
    ...over,
  };
  return startOrderStatus(readConfig(orderStatusEnv, env));
}

/** A TCP way to a server that can be cut, made to hang, and mended. */
export async function breakableWay(targetUrl: string) {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'hanging' | 'cut' = 'whole';
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => state === 'whole' && far.write(chunk));
    far.on('data', (chunk) => state === 'whole' && near.write(chunk));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new URL(targetUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      drop();
    },
    hang: () => {
      state = 'hanging';
    },
    mend: () => {
      // What was sent meanwhile is lost, so the connections are of no use any more.
      if (state === 'hanging') drop();
      state = 'whole';
    },
    close: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
