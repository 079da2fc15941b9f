import { CARDS, CARTS, type Command, DURATIONS, type Fault } from './commands.ts';
import { drainQueues, proceed } from './quiesce.ts';
import { randomFrom } from './random.ts';
import type { Plan } from './run.ts';
import type { Simulation } from './simulation.ts';

type Of<Name extends Command['do']> = Extract<Command, { do: Name }>;
type Acts = { readonly [Name in Command['do']]: (simulation: Simulation, command: Of<Name>) => unknown };

const KINDS = ['crash', 'pause', 'pause', 'down', 'lost'] as const;
const STEPS = 9;

/** Does what a command says, with what there is at this moment; nothing, if there is nothing of the kind. */
export async function act(simulation: Simulation, command: Command): Promise<void> {
  await (ACTS[command.do] as (simulation: Simulation, command: Command) => unknown)(simulation, command);
}

const ACTS: Acts = {
  place: (simulation, { cart, card, express, fault }) => {
    const lines = CARTS[cart].map(([sku, quantity]) => ({ sku, quantity }));
    const shippingMethod = express ? 'express' : 'standard';
    return simulation.place({ lines, paymentMethod: CARDS[card], shippingMethod }, planOf(fault));
  },
  cancel: ({ ask, shop, orders }, { order, fault }) => {
    const id = pick(orders, order);
    return id && ask('cancel', () => shop.cancel(id, 'customer'), planOf(fault));
  },
  'retry payment': ({ ask, shop, orders }, { order, card, fault }) => {
    const id = pick(orders, order);
    return id && ask(`retry payment: ${card}`, () => shop.retryPayment(id, CARDS[card]), planOf(fault));
  },
  'answer challenge': async ({ providers, listen, record }, { nth, outcome }) => {
    const open = (await providers.intents()).filter(({ status }) => status === 'requires_action');
    const intent = pick(open, nth);
    if (!intent) return;
    await providers.answerChallenge(intent.id, outcome);
    await listen();
    record(`the customer answers the challenge: ${outcome}`);
  },
  refund: ({ ask, shop, orders }, { order, what, restock, fault }) => {
    const id = pick(orders, order);
    const refundId = crypto.randomUUID();
    return id && ask(`refund ${what}`, () => shop.refund(id, { refundId, what, restock }), planOf(fault));
  },
  'request return': ({ ask, shop, orders }, { order, fault }) => {
    const id = pick(orders, order);
    return id && ask('request return', () => shop.requestReturn(id), planOf(fault));
  },
  'change email': ({ ask, shop, orders }, { order, fault }) => {
    const id = pick(orders, order);
    return id && ask('change email', () => shop.changeEmail(id), planOf(fault));
  },
  erase: ({ ask, shop, orders }, { order, fault }) => {
    const id = pick(orders, order);
    return id && ask('erase', () => shop.erase(id), planOf(fault));
  },
  'take out': ({ ask, shop, orders }, { order, fault }) => {
    const id = pick(orders, order);
    const key = crypto.randomUUID();
    return id && ask('take out', () => shop.takeOut(id, key), planOf(fault));
  },
  move: ({ ask, shop, orders }, { order, fault }) => {
    const id = pick(orders, order);
    const key = crypto.randomUUID();
    return id && ask('move', () => shop.move(id, key), planOf(fault));
  },
  inspect: ({ ask, shop, orders }, { order, sellable, fault }) => {
    const id = pick(orders, order);
    const inspectionId = crypto.randomUUID();
    return id && ask('inspect', () => shop.inspect(id, inspectionId, sellable), planOf(fault));
  },
  'settle refund': async ({ providers, listen, record }, { nth, status }) => {
    const pending = (await providers.refunds()).filter((refund) => refund.status === 'pending');
    const refund = pick(pending, nth);
    if (!refund) return;
    await providers.settleRefund(refund.id, status);
    await listen();
    record(`the bank says of a refund: ${status}`);
  },
  deliver: ({ broker, clock, deliver }, { nth, fault }) => {
    const message = pick(broker.ready(clock.now()), nth);
    return message && deliver(message, planOf(fault));
  },
  'deliver again': ({ broker }, { nth }) => {
    const message = pick(broker.waiting(), nth);
    if (message) broker.putBack({ ...message, redelivered: true });
  },
  flow: async ({ broker, clock, deliver }, { messages, seed, faultPercent }) => {
    const random = randomFrom(seed);
    for (let n = 0; n < messages; n++) {
      const ready = broker.ready(clock.now());
      const next = ready[random.below(ready.length)];
      if (!next) return;
      const faultPlan = random.below(100) < faultPercent;
      const fault = { at: random.below(STEPS), kind: KINDS[random.below(KINDS.length)] as Fault['kind'] };
      await deliver(next, faultPlan ? planOf(fault) : undefined);
    }
  },
  quiet: drainQueues,
  proceed: async (simulation, { steps }) => {
    for (let n = 0; n < steps; n++) if (!(await proceed(simulation))) return;
  },
  resume: ({ paused, resume }, { nth, fault }) =>
    paused.length > 0 ? resume(nth % paused.length, planOf(fault)) : undefined,
  'redeliver paused': ({ paused, broker, record }, { nth }) => {
    const one = pick(paused, nth);
    const message = one?.worker?.inFlight.get(one.run);
    if (!message) return;
    broker.putBack({ ...message, redelivered: true });
    record(`the broker hands out ${message.event.type} of ${message.worker} again`);
  },
  webhook: ({ webhooks, receive, record }, { nth, how }) => {
    if (webhooks.length === 0) return;
    const [webhook] = webhooks.splice(nth % webhooks.length, 1);
    if (how === 'never') return record(`webhook ${webhook?.type} is lost`);
    return receive(webhook, how === 'once' ? 1 : 3);
  },
  scan: async ({ providers, scan }, { nth, status }) => {
    const shipment = pick(await providers.shipments(), nth);
    if (shipment) await scan(shipment.id, status);
  },
  warehouse: async ({ closed, providers, record }, { name, open }) => {
    if (open) closed.delete(name);
    else closed.add(name);
    await providers.closeWarehouses([...closed]);
    record(`the carrier does not collect at: ${[...closed]}`);
  },
  deadlines: ({ workers, checkDeadlines }, { worker, fault }) => {
    const one = pick(workers, worker);
    return one && checkDeadlines(one, planOf(fault));
  },
  compact: ({ workers, compact }, { worker, fault }) => {
    const one = pick(workers, worker);
    return one && compact(one, planOf(fault));
  },
  wait: async ({ clock, workers, checkDeadlines, record }, { long }) => {
    clock.advance(DURATIONS[long]);
    record(`— ${long} —`);
    for (const worker of workers) await checkDeadlines(worker);
  },
  sweep: ({ shop }) => shop.sweep(),
};

const pick = <T>(from: readonly T[], nth: number): T | undefined => from[nth % from.length];

function planOf(fault: Fault | undefined): Plan | undefined {
  if (!fault) return undefined;
  const { at, kind } = fault;
  return kind === 'pause' ? { pauseAt: at } : { fault: { at, kind } };
}
