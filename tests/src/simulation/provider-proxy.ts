import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gateOfActiveRun } from './run.ts';

export interface ProviderProxy {
  readonly url: string;
  /** Where to, from now on. */
  pointAt(url: string): void;
  close(): Promise<void>;
}

/** As the adapters', about: then they have given up and nobody reads the answer. */
const CALL_TIMEOUT_MS = 10_000;
/** What was sent by then may still arrive; what has not left a process that was frozen for longer never does. */
const ON_THE_WAY_MS = 120_000;

/**
 * Stands between an adapter and its provider and brings every call to a gate twice, before it is made and before it
 * is answered: the provider can have done something, and sent webhooks, before the adapter knows.
 */
export async function startProviderProxy(name: string): Promise<ProviderProxy> {
  let target = '';
  const server = createServer((incoming, outgoing) => {
    relay(name, target, incoming, outgoing).catch(() => outgoing.destroy());
  });
  // A connection that is closed just when a call comes over it would be a fault that nobody planned.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    pointAt: (url) => {
      target = url;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function relay(name: string, target: string, incoming: IncomingMessage, outgoing: ServerResponse) {
  const body = await bodyOf(incoming);
  const begun = Date.now();
  const isLaterThan = (ms: number) => Date.now() - begun > ms;
  const what = `${name} ${incoming.method} ${withoutIds(incoming.url ?? '')}`;
  const before = await gateOfActiveRun(what);
  if (before === 'crash' || isLaterThan(ON_THE_WAY_MS)) return void outgoing.destroy();
  // As the balancer in front of a service answers that is away.
  if (before === 'down') return void outgoing.writeHead(503, { 'content-type': 'text/plain' }).end('no upstream');
  const answer = await forward(target, incoming, body);
  if (before === 'lost') return void outgoing.destroy();
  const after = await gateOfActiveRun(`${what} answered`);
  if (after !== 'go' || isLaterThan(CALL_TIMEOUT_MS)) return void outgoing.destroy();
  outgoing.writeHead(answer.status, answer.headers).end(answer.body);
}

const withoutIds = (url: string): string => (url.split('?')[0] ?? '').replace(/\/(pi|re|ch|shp|pm)_\w+/g, '/:id');

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward(target: string, incoming: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>((resolve, reject) => {
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const call = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers, agent: false },
      (answer) => {
        bodyOf(answer).then((read) => {
          const { connection: _, 'transfer-encoding': __, ...kept } = answer.headers;
          resolve({ status: answer.statusCode ?? 502, headers: kept, body: read });
        }, reject);
      },
    );
    call.on('error', reject).end(body);
  });
}
