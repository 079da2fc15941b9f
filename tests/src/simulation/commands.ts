import fc from 'fast-check';
import type { FaultKind } from './run.ts';

/** What may befall the handling of a message. */
export type Fault =
  | { readonly at: number; readonly kind: FaultKind }
  /** It stops there, and others overtake it. */
  | { readonly at: number; readonly kind: 'pause' };

/**
 * One thing that happens in a simulation. Numbers choose among what there is at that moment (modulo), so that every
 * sequence means something, also after shrinking.
 */
export type Command =
  | {
      readonly do: 'place';
      readonly cart: CartName;
      readonly card: CardName;
      /** Express sends SMS too. */
      readonly express: boolean;
      readonly fault?: Fault | undefined;
    }
  | { readonly do: 'cancel'; readonly order: number; readonly fault?: Fault | undefined }
  | {
      readonly do: 'retry payment';
      readonly order: number;
      readonly card: CardName;
      readonly fault?: Fault | undefined;
    }
  | { readonly do: 'answer challenge'; readonly nth: number; readonly outcome: 'succeed' | 'fail' }
  | {
      readonly do: 'refund';
      readonly order: number;
      readonly what: 'everything' | 'first line' | 'one cent';
      readonly restock: boolean;
      readonly fault?: Fault | undefined;
    }
  | { readonly do: 'request return'; readonly order: number; readonly fault?: Fault | undefined }
  | { readonly do: 'take out'; readonly order: number; readonly fault?: Fault | undefined }
  | { readonly do: 'move'; readonly order: number; readonly fault?: Fault | undefined }
  | { readonly do: 'inspect'; readonly order: number; readonly sellable: boolean; readonly fault?: Fault | undefined }
  /** What matters of the letters so far is sent again. */
  | { readonly do: 'change email'; readonly order: number; readonly fault?: Fault | undefined }
  | { readonly do: 'erase'; readonly order: number; readonly fault?: Fault | undefined }
  | { readonly do: 'settle refund'; readonly nth: number; readonly status: 'succeeded' | 'failed' }
  | { readonly do: 'deliver'; readonly nth: number; readonly fault?: Fault | undefined }
  | { readonly do: 'deliver again'; readonly nth: number }
  /** So many messages, in an order that the seed decides, of which so many per cent meet trouble. */
  | { readonly do: 'flow'; readonly messages: number; readonly seed: number; readonly faultPercent: number }
  /** All that can be delivered now is, webhooks too. */
  | { readonly do: 'quiet' }
  /** So many things happen as they do on a good day: messages in order, then webhooks, then the carrier. */
  | { readonly do: 'proceed'; readonly steps: number }
  | { readonly do: 'resume'; readonly nth: number; readonly fault?: Fault | undefined }
  /** The broker takes a paused worker for dead and hands its message to another. */
  | { readonly do: 'redeliver paused'; readonly nth: number }
  | { readonly do: 'webhook'; readonly nth: number; readonly how: 'once' | 'three times' | 'never' }
  | { readonly do: 'scan'; readonly nth: number; readonly status: ScanName }
  | { readonly do: 'warehouse'; readonly name: 'BERLIN' | 'HAMBURG'; readonly open: boolean }
  | { readonly do: 'deadlines'; readonly worker: number; readonly fault?: Fault | undefined }
  | { readonly do: 'compact'; readonly worker: number; readonly fault?: Fault | undefined }
  | { readonly do: 'wait'; readonly long: Duration }
  | { readonly do: 'sweep' };

export const DURATIONS = {
  'a second': 1_000,
  'a minute': 61_000,
  'ten minutes': 10 * 60_000,
  'the hold': 15 * 60_000 + 1_000,
  'a day': 24 * 3_600_000,
  'three days': 3 * 24 * 3_600_000,
  'a week': 7 * 24 * 3_600_000,
} as const;
type Duration = keyof typeof DURATIONS;

export const CARDS = {
  good: 'pm_card_visa',
  declined: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  challenge: 'pm_card_threeDSecure2Required',
  'challenge, then declined': 'pm_card_threeDSecureRequiredChargeDeclined',
  'refunds pend': 'pm_card_pendingRefund',
  'refunds fail': 'pm_card_refundFail',
} as const;
export type CardName = keyof typeof CARDS;

export const CARTS = {
  'one mug': [['MUG', 1]],
  'the last lamp': [['LAMP', 1]],
  'two warehouses': [
    ['MUG', 2],
    ['POSTER', 1],
  ],
  'more mugs than Berlin has': [['MUG', 4]],
  'mug twice': [
    ['MUG', 1],
    ['MUG', 1],
  ],
  'a lamp and a poster': [
    ['LAMP', 1],
    ['POSTER', 1],
  ],
} as const satisfies Record<string, readonly (readonly [sku: string, quantity: number])[]>;
export type CartName = keyof typeof CARTS;

/** Small enough that orders compete: by SKU, what each warehouse has. */
export const STOCK = {
  MUG: { BERLIN: 3, HAMBURG: 2 },
  LAMP: { BERLIN: 1 },
  POSTER: { HAMBURG: 2 },
} as const;

const SCANS = [
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'delivery_failed',
  'delivered',
  'lost',
  'returned_to_sender',
] as const;
type ScanName = (typeof SCANS)[number];

const nth = fc.nat({ max: 30 });
const order = fc.nat({ max: 3 });
const card = fc.oneof(
  { weight: 6, arbitrary: fc.constant<CardName>('good') },
  { weight: 4, arbitrary: fc.constantFrom(...(Object.keys(CARDS) as CardName[])) },
);
/** Who was declined before has no better luck. */
const secondCard = fc.constantFrom<CardName>('good', 'declined', 'challenge', 'challenge, then declined');
const kind = fc.constantFrom<Fault['kind']>('crash', 'pause', 'pause', 'down', 'lost');
const fault = fc.record({ at: fc.nat({ max: 8 }), kind }) as fc.Arbitrary<Fault>;
const maybe = fc.option(fault, { nil: undefined, freq: 2 });

const place = fc.record({
  do: fc.constant('place' as const),
  cart: fc.constantFrom(...(Object.keys(CARTS) as CartName[])),
  card,
  express: fc.boolean(),
  fault: fc.option(fault, { nil: undefined, freq: 8 }),
});
const as = <const Name extends Command['do'], Rest extends object>(
  name: Name,
  rest: { [K in keyof Rest]: fc.Arbitrary<Rest[K]> },
) => fc.record({ do: fc.constant(name), ...rest }) as unknown as fc.Arbitrary<Extract<Command, { do: Name }>>;

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: place },
  { weight: 4, arbitrary: as('cancel', { order, fault: maybe }) },
  { weight: 4, arbitrary: as('retry payment', { order, card: secondCard, fault: maybe }) },
  { weight: 3, arbitrary: as('answer challenge', { nth, outcome: fc.constantFrom('succeed', 'fail') }) },
  {
    weight: 3,
    arbitrary: as('refund', {
      order,
      what: fc.constantFrom('everything', 'first line', 'one cent'),
      restock: fc.boolean(),
      fault: maybe,
    }),
  },
  { weight: 1, arbitrary: as('request return', { order, fault: maybe }) },
  { weight: 4, arbitrary: as('take out', { order, fault: maybe }) },
  { weight: 2, arbitrary: as('move', { order, fault: maybe }) },
  { weight: 2, arbitrary: as('inspect', { order, sellable: fc.boolean(), fault: maybe }) },
  { weight: 1, arbitrary: as('change email', { order, fault: maybe }) },
  { weight: 2, arbitrary: as('erase', { order, fault: maybe }) },
  { weight: 1, arbitrary: as('settle refund', { nth, status: fc.constantFrom('succeeded', 'failed') }) },
  { weight: 12, arbitrary: as('deliver', { nth, fault: maybe }) },
  { weight: 3, arbitrary: as('deliver again', { nth }) },
  {
    weight: 12,
    arbitrary: as('flow', {
      messages: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat({ max: 9_999 }),
      faultPercent: fc.constantFrom(0, 15, 50),
    }),
  },
  { weight: 6, arbitrary: as('quiet', {}) },
  { weight: 5, arbitrary: as('resume', { nth, fault: maybe }) },
  { weight: 2, arbitrary: as('redeliver paused', { nth }) },
  { weight: 5, arbitrary: as('webhook', { nth, how: fc.constantFrom('once', 'three times', 'never') }) },
  { weight: 5, arbitrary: as('scan', { nth, status: fc.constantFrom('picked_up', 'delivered', ...SCANS) }) },
  { weight: 1, arbitrary: as('warehouse', { name: fc.constantFrom('BERLIN', 'HAMBURG'), open: fc.boolean() }) },
  { weight: 2, arbitrary: as('deadlines', { worker: fc.nat({ max: 4 }), fault: maybe }) },
  { weight: 4, arbitrary: as('compact', { worker: fc.nat({ max: 4 }), fault: maybe }) },
  { weight: 4, arbitrary: as('wait', { long: fc.constantFrom(...(Object.keys(DURATIONS) as Duration[])) }) },
  { weight: 1, arbitrary: as('sweep', {}) },
);

/** Something is placed first; what follows may be anything. */
const anything: fc.Arbitrary<Command[]> = fc
  .tuple(place, fc.array(command, { minLength: 1, maxLength: 40, size: 'max' }))
  .map(([first, rest]) => [first, ...rest]);

const COMPACT_ALL = [0, 1, 2, 3, 4].map((worker): Command => ({ do: 'compact', worker }));

const disturbance: fc.Arbitrary<Command[]> = fc.constantFrom<Command[]>(
  [{ do: 'cancel', order: 0 }],
  [{ do: 'answer challenge', nth: 0, outcome: 'succeed' }],
  [{ do: 'answer challenge', nth: 0, outcome: 'fail' }],
  [{ do: 'retry payment', order: 0, card: 'good' }],
  [{ do: 'retry payment', order: 0, card: 'challenge' }],
  [{ do: 'retry payment', order: 0, card: 'declined' }],
  [{ do: 'wait', long: 'ten minutes' }],
  [
    { do: 'wait', long: 'the hold' },
    { do: 'wait', long: 'the hold' },
  ],
  [{ do: 'wait', long: 'a week' }],
  [{ do: 'refund', order: 0, what: 'everything', restock: true }],
  [{ do: 'refund', order: 0, what: 'first line', restock: true }],
  [{ do: 'request return', order: 0 }],
  [{ do: 'take out', order: 0 }],
  [
    { do: 'take out', order: 0 },
    { do: 'take out', order: 0 },
  ],
  [{ do: 'move', order: 0 }],
  [{ do: 'inspect', order: 0, sellable: true }],
  [{ do: 'change email', order: 0 }],
  [{ do: 'erase', order: 0 }],
  COMPACT_ALL,
  [...COMPACT_ALL, { do: 'erase', order: 0 }],
  [{ do: 'scan', nth: 0, status: 'picked_up' }],
  [{ do: 'scan', nth: 0, status: 'lost' }],
  [{ do: 'scan', nth: 1, status: 'returned_to_sender' }],
  [{ do: 'scan', nth: 1, status: 'delivered' }],
  [{ do: 'warehouse', name: 'BERLIN', open: false }],
  [{ do: 'redeliver paused', nth: 0 }],
  [{ do: 'proceed', steps: 3 }],
  [{ do: 'proceed', steps: 40 }],
);

/** An ordinary order, until one run is stopped half-way and the others go on without it. */
const overtaken: fc.Arbitrary<Command[]> = fc
  .record({
    place,
    before: fc.array(disturbance, { maxLength: 1 }),
    lead: fc.nat({ max: 45 }),
    stop: fc.record({ nth: fc.nat({ max: 3 }), at: fc.nat({ max: 8 }) }),
    meanwhile: fc.array(disturbance, { minLength: 1, maxLength: 3 }),
    loudly: fc.boolean(),
  })
  .map(({ place: first, before, lead, stop: { nth: which, at }, meanwhile, loudly }) => [
    first,
    ...before.flat(),
    { do: 'proceed', steps: lead },
    { do: 'deliver', nth: which, fault: { at, kind: 'pause' } },
    ...meanwhile.flatMap((some): Command[] => (loudly ? some : [...some, { do: 'quiet' }])),
    { do: 'resume', nth: 0 },
  ]);

export const commandSequences: fc.Arbitrary<Command[]> = fc.oneof(anything, overtaken);

/** The commands as code that can be pasted into a test. */
export const describeCommands = (commands: readonly Command[]): string =>
  `[\n${commands.map((one) => `  ${JSON.stringify(one)},`).join('\n')}\n]`;
