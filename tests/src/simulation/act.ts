import { becomeQuiet, proceed } from './come-to-rest.ts';
import { type Befalls, CARDS, CARTS, type Command, DURATIONS } from './commands.ts';
import { randomFrom } from './random.ts';
import type { Plan } from './run.ts';
import type { World } from './world.ts';

type Of<Name extends Command['do']> = Extract<Command, { do: Name }>;
type Acts = { readonly [Name in Command['do']]: (world: World, command: Of<Name>) => unknown };

const KINDS = ['crash', 'pause', 'pause', 'down', 'lost'] as const;
const STEPS = 9;

/** Does what a command says, with what there is at this moment; nothing, if there is nothing of the kind. */
export async function act(world: World, command: Command): Promise<void> {
  await (ACTS[command.do] as (world: World, command: Command) => unknown)(world, command);
}

const ACTS: Acts = {
  place: (world, { cart, card, express, befalls }) => {
    const lines = CARTS[cart].map(([sku, quantity]) => ({ sku, quantity }));
    const shippingMethod = express ? 'express' : 'standard';
    return world.place({ lines, paymentMethod: CARDS[card], shippingMethod }, planOf(befalls));
  },
  cancel: ({ ask, shop, orders }, { order, befalls }) => {
    const id = pick(orders, order);
    return id && ask('cancel', () => shop.cancel(id, 'customer'), planOf(befalls));
  },
  'retry payment': ({ ask, shop, orders }, { order, card, befalls }) => {
    const id = pick(orders, order);
    return id && ask(`retry payment: ${card}`, () => shop.retryPayment(id, CARDS[card]), planOf(befalls));
  },
  'answer challenge': async ({ providers, listen, tell }, { nth, outcome }) => {
    const open = (await providers.intents()).filter(({ status }) => status === 'requires_action');
    const intent = pick(open, nth);
    if (!intent) return;
    await providers.answerChallenge(intent.id, outcome);
    await listen();
    tell(`the customer answers the challenge: ${outcome}`);
  },
  refund: ({ ask, shop, orders }, { order, what, restock, befalls }) => {
    const id = pick(orders, order);
    const refundId = crypto.randomUUID();
    return id && ask(`refund ${what}`, () => shop.refund(id, { refundId, what, restock }), planOf(befalls));
  },
  'request return': ({ ask, shop, orders }, { order, befalls }) => {
    const id = pick(orders, order);
    return id && ask('request return', () => shop.requestReturn(id), planOf(befalls));
  },
  'settle refund': async ({ providers, listen, tell }, { nth, status }) => {
    const pending = (await providers.refunds()).filter((refund) => refund.status === 'pending');
    const refund = pick(pending, nth);
    if (!refund) return;
    await providers.settleRefund(refund.id, status);
    await listen();
    tell(`the bank says of a refund: ${status}`);
  },
  deliver: ({ broker, clock, deliver }, { nth, befalls }) => {
    const message = pick(broker.ready(clock.now()), nth);
    return message && deliver(message, planOf(befalls));
  },
  'deliver again': ({ broker }, { nth }) => {
    const message = pick(broker.waiting(), nth);
    if (message) broker.putBack({ ...message, redelivered: true });
  },
  flow: async ({ broker, clock, deliver }, { messages, seed, troubles }) => {
    const random = randomFrom(seed);
    for (let n = 0; n < messages; n++) {
      const ready = broker.ready(clock.now());
      const next = ready[random.below(ready.length)];
      if (!next) return;
      const trouble = random.below(100) < troubles;
      const befalls = { at: random.below(STEPS), kind: KINDS[random.below(KINDS.length)] as Befalls['kind'] };
      await deliver(next, trouble ? planOf(befalls) : undefined);
    }
  },
  quiet: becomeQuiet,
  proceed: async (world, { steps }) => {
    for (let n = 0; n < steps; n++) if (!(await proceed(world))) return;
  },
  resume: ({ paused, resume }, { nth, befalls }) =>
    paused.length > 0 ? resume(nth % paused.length, planOf(befalls)) : undefined,
  'redeliver paused': ({ paused, broker, tell }, { nth }) => {
    const one = pick(paused, nth);
    const message = one?.worker?.inFlight.get(one.run);
    if (!message) return;
    broker.putBack({ ...message, redelivered: true });
    tell(`the broker hands out ${message.event.type} of ${message.worker} again`);
  },
  webhook: ({ webhooks, receive, tell }, { nth, how }) => {
    if (webhooks.length === 0) return;
    const [webhook] = webhooks.splice(nth % webhooks.length, 1);
    if (how === 'never') return tell(`webhook ${webhook?.type} is lost`);
    return receive(webhook, how === 'once' ? 1 : 3);
  },
  scan: async ({ providers, scan }, { nth, status }) => {
    const shipment = pick(await providers.shipments(), nth);
    if (shipment) await scan(shipment.id, status);
  },
  warehouse: async ({ closed, providers, tell }, { name, open }) => {
    if (open) closed.delete(name);
    else closed.add(name);
    await providers.closeWarehouses([...closed]);
    tell(`the carrier does not collect at: ${[...closed]}`);
  },
  deadlines: ({ workers, checkDeadlines }, { worker, befalls }) => {
    const one = pick(workers, worker);
    return one && checkDeadlines(one, planOf(befalls));
  },
  wait: async ({ clock, workers, checkDeadlines, tell }, { long }) => {
    clock.advance(DURATIONS[long]);
    tell(`— ${long} —`);
    for (const worker of workers) await checkDeadlines(worker);
  },
  sweep: ({ shop }) => shop.sweep(),
};

const pick = <T>(from: readonly T[], nth: number): T | undefined => from[nth % from.length];

function planOf(befalls: Befalls | undefined): Plan | undefined {
  if (!befalls) return undefined;
  const { at, kind } = befalls;
  return kind === 'pause' ? { pauseAt: at } : { fault: { at, kind } };
}
