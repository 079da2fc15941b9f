import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@orderflow/runtime/testing';
import { type DemoAccount, makeDemoAccounts } from '@orderflow/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderOf } from './shop.ts';
import { type System, startSystem } from './system.ts';

const WEB_SECRET = 'what the web server shows, of at least 32 characters';
/** While one starts again the balancer does not know it yet, so another may die only where a third is left. */
const GATEWAYS = ['gateway', 'gateway.2', 'gateway.3'] as const;
/** So many an address may try, ten times as many as a mailbox. */
const SIGN_INS = { ofAMailbox: 1, ofAnAddress: 10 };

/** From one address at once: more than these specs and the stand-ins' webhooks have open. */
const CONNECTIONS = 60;

let system: System;
let api: string;
let accounts: readonly DemoAccount[];

beforeAll(async () => {
  system = await startSystem({
    scale: { gateway: GATEWAYS.length },
    restart: true,
    envFor: {
      gateway: {
        WEB_SECRET,
        SIGN_INS_PER_HOUR: String(SIGN_INS.ofAMailbox),
        MAX_CONNECTIONS_PER_ADDRESS: String(CONNECTIONS),
      },
    },
  });
  api = system.stack.addresses.api;
  accounts = await makeDemoAccounts(system.stack);
});
afterAll(() => system?.close());

const servedBy = ({ headers }: Response): string => headers.get('x-served-by') ?? '';
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${api}${path}`, { headers });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${api}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: api, ...headers },
    body: JSON.stringify(body),
  });
const cookiesOf = ({ headers }: Response): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

async function opened(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname).on('error', () => {}));
  const answered = (socket: Socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  await Promise.all(sockets.map(answered));
  // Its end is not noticed before somebody reads.
  for (const socket of sockets) socket.resume();
  return sockets;
}

/** Asks until each gateway has answered. @returns their answers */
async function ofEach<T>(ask: () => Promise<Response>, read: (answer: Response) => T | Promise<T>): Promise<T[]> {
  const answers = new Map<string, T>();
  await eventually('every gateway has answered', async () => {
    const answer = await ask();
    answers.set(servedBy(answer), await read(answer));
    return answers.size === GATEWAYS.length;
  });
  expect([...answers.keys()].sort()).toEqual(GATEWAYS);
  return [...answers.values()];
}

const place = (input = orderOf(), headers = {}) => post('/trpc/orders.place', input, headers);
const idOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { result: { data: { order: { id: string } } } }).result.data.order.id;

describe('of several gateways behind the load balancer', () => {
  test('each knows a session that began at another, and its end', async () => {
    const { email, password } = accounts[0] as DemoAccount;
    const signedIn = await post('/auth/sign-in/email', { email, password });
    expect(signedIn.status).toBe(200);
    const cookie = cookiesOf(signedIn);
    const session = () => get('/auth/get-session', { cookie });
    const addressOf = async (answer: Response) =>
      ((await answer.json()) as { user: { email: string } } | null)?.user.email;

    expect(await ofEach(session, addressOf)).toEqual(GATEWAYS.map(() => email));

    expect((await post('/auth/sign-out', {}, { cookie })).status).toBe(200);
    expect(await ofEach(session, addressOf)).toEqual(GATEWAYS.map(() => undefined));
  });

  test('each opens a guest’s order by the cookie of another, and refuses what another site’s page sends', async () => {
    const placed = await place();
    const cookie = cookiesOf(placed);
    const orderId = await idOf(placed);
    const order = () => get(`/trpc/orders.get?input=${encodeURIComponent(JSON.stringify({ orderId }))}`, { cookie });
    const elsewhere = () => post('/trpc/orders.cancel', { orderId }, { cookie, origin: 'https://evil.example' });

    expect(await ofEach(order, ({ status }) => status)).toEqual(GATEWAYS.map(() => 200));
    expect(await ofEach(elsewhere, ({ status }) => status)).toEqual(GATEWAYS.map(() => 403));
  });

  describe('all count together', () => {
    const guess = (headers: Record<string, string>, email = `${randomUUID()}@shop.example`) =>
      post('/auth/sign-in/email', { email, password: 'not the password' }, headers);
    const forVisitor = (address: string) => ({ 'x-orderflow-web': WEB_SECRET, 'x-orderflow-visitor': address });
    const statuses = async (guesses: readonly (() => Promise<Response>)[]) => {
      const seen: number[] = [];
      for (const one of guesses) seen.push((await one()).status);
      return seen;
    };
    const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

    test('the passwords that are tried for one mailbox', async () => {
      const email = `${randomUUID()}@shop.example`;
      const from = (n: number) => () => guess(forVisitor(`203.0.113.${n}`), email);
      expect(await statuses([from(1), from(2), from(3)])).toEqual([401, 429, 429]);
    });

    test('those of one visitor of the web server, and of no other', async () => {
      const eve = () => guess(forVisitor('198.51.100.1'));
      expect(await statuses(times(SIGN_INS.ofAnAddress + 1, eve))).toEqual([...times(SIGN_INS.ofAnAddress, 401), 429]);
      expect(await statuses([() => guess(forVisitor('198.51.100.2'))])).toEqual([401]);
    });

    test('those of one connection, whatever X-Forwarded-For it sends', async () => {
      // One password was tried from here already, and succeeded, which does not count.
      const liars = Array.from(
        { length: SIGN_INS.ofAnAddress + 1 },
        (_, n) => () => guess({ 'x-forwarded-for': `192.0.2.${n}` }),
      );
      expect(await statuses(liars)).toEqual([...times(SIGN_INS.ofAnAddress, 401), 429]);
    });
  });

  /** Callers who read, and buyers who each send one order again and again: the same key is the same order. */
  async function underLoad(customer: string, work: (answered: () => number) => Promise<void>) {
    const authorization = `Bearer ${await system.stack.token({ customer })}`;
    const reads: number[] = [];
    const writes: number[] = [];
    const ids = new Set<string>();
    let going = true;
    const reader = async () => {
      for (; going; await pause(BETWEEN_CALLS_MS))
        reads.push(
          await get('/trpc/shop.config').then(
            ({ status }) => status,
            () => 0,
          ),
        );
    };
    const buyer = async (input: ReturnType<typeof orderOf>) => {
      for (; going; await pause(BETWEEN_CALLS_MS)) {
        const answer = await place(input, { authorization }).catch(() => undefined);
        writes.push(answer?.status ?? 0);
        if (answer?.ok) ids.add(await idOf(answer));
      }
    };
    const callers = [reader(), ...BUYERS.map(() => buyer(orderOf()))];
    await work(() => Math.min(reads.length, writes.length)).finally(() => {
      going = false;
    });
    await Promise.all(callers);
    return { reads, writes, ids };
  }
  const BUYERS = ['one', 'two'];
  /** Enough callers to notice a gateway that is away, who leave the gateways time to start. */
  const BETWEEN_CALLS_MS = 20;
  const lostOf = (statuses: readonly number[]) => statuses.filter((status) => status !== 200);

  test('each may be replaced, and no request is lost', async () => {
    const { reads, writes, ids } = await underLoad('carol', async () => {
      for (const name of GATEWAYS) await system.stack.restart(name);
    });

    expect(Math.min(reads.length, writes.length)).toBeGreaterThan(20);
    expect(lostOf([...reads, ...writes])).toEqual([]);
    expect(ids.size).toBe(BUYERS.length);
  });

  test('each may be killed: a stream goes on elsewhere, no read is lost, and of orders only what the dead one had', async () => {
    const { stack, api } = system;
    const { order } = await api.orders.place.mutate(orderOf({ paymentMethod: 'pm_card_visa_chargeDeclined' }));
    const steps: string[] = [];
    const watching = api.orders.watch.subscribe(
      { orderId: order.id },
      { onData: ({ data }) => steps.push(data.paymentDue?.need ?? data.status) },
    );
    await eventually('its card is declined', () => steps.includes('retry'), 60_000);

    const { reads, writes, ids } = await underLoad('bob', async (answered) => {
      for (const name of GATEWAYS) {
        await stack.kill(name);
        const before = answered();
        await eventually('the others go on', () => answered() > before + 10);
        await stack.ready();
      }
    });
    await api.orders.retryPayment.mutate({ orderId: order.id, paymentMethod: 'pm_card_visa' });
    await eventually('the stream tells of its end', () => steps.includes('delivered'), 60_000);
    watching.unsubscribe();

    expect(lostOf(reads)).toEqual([]);
    expect(lostOf(writes).length, `${lostOf(writes)}`).toBeLessThanOrEqual(GATEWAYS.length * BUYERS.length);
    expect(ids.size).toBe(BUYERS.length);
    expect((await system.audited()).violations).toEqual([]);
  });

  test('the connections of one address are bounded, those of the web server, which has all its visitors’, are not', async () => {
    const { apiForWeb } = system.stack.addresses;
    const [visitors, web] = [await opened(api, CONNECTIONS + 1), await opened(apiForWeb, CONNECTIONS + 1)];
    await eventually('one too many is closed', () => visitors.some(({ destroyed }) => destroyed));
    expect((await fetch(`${apiForWeb}/health/ready`)).status).toBe(200);
    expect(web.filter(({ destroyed }) => destroyed)).toEqual([]);
    for (const socket of [...visitors, ...web]) socket.destroy();
  });
});
