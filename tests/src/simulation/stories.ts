import fc from 'fast-check';
import {
  type Befalls,
  CARDS,
  CARTS,
  type CardName,
  type CartName,
  type Command,
  DURATIONS,
  type Duration,
  SCANS,
} from './commands.ts';

const nth = fc.nat({ max: 30 });
const order = fc.nat({ max: 3 });
const card = fc.oneof(
  { weight: 6, arbitrary: fc.constant<CardName>('good') },
  { weight: 4, arbitrary: fc.constantFrom(...(Object.keys(CARDS) as CardName[])) },
);
const kind = fc.constantFrom<Befalls['kind']>('crash', 'pause', 'pause', 'down', 'lost');
const befalls = fc.record({ at: fc.nat({ max: 8 }), kind }) as fc.Arbitrary<Befalls>;
const maybe = fc.option(befalls, { nil: undefined, freq: 2 });

const place = fc.record({
  do: fc.constant('place' as const),
  cart: fc.constantFrom(...(Object.keys(CARTS) as CartName[])),
  card,
  befalls: fc.option(befalls, { nil: undefined, freq: 8 }),
});
const as = <const Name extends Command['do'], Rest extends object>(
  name: Name,
  rest: { [K in keyof Rest]: fc.Arbitrary<Rest[K]> },
) => fc.record({ do: fc.constant(name), ...rest }) as unknown as fc.Arbitrary<Extract<Command, { do: Name }>>;

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: place },
  { weight: 4, arbitrary: as('cancel', { order, befalls: maybe }) },
  { weight: 2, arbitrary: as('retry payment', { order, card, befalls: maybe }) },
  { weight: 3, arbitrary: as('answer challenge', { nth, outcome: fc.constantFrom('succeed', 'fail') }) },
  {
    weight: 3,
    arbitrary: as('refund', {
      order,
      what: fc.constantFrom('everything', 'first line', 'one cent'),
      restock: fc.boolean(),
      befalls: maybe,
    }),
  },
  { weight: 1, arbitrary: as('request return', { order, befalls: maybe }) },
  { weight: 1, arbitrary: as('settle refund', { nth, status: fc.constantFrom('succeeded', 'failed') }) },
  { weight: 12, arbitrary: as('deliver', { nth, befalls: maybe }) },
  { weight: 3, arbitrary: as('deliver again', { nth }) },
  {
    weight: 12,
    arbitrary: as('flow', {
      messages: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat({ max: 9_999 }),
      troubles: fc.constantFrom(0, 15, 50),
    }),
  },
  { weight: 6, arbitrary: as('quiet', {}) },
  { weight: 5, arbitrary: as('resume', { nth, befalls: maybe }) },
  { weight: 2, arbitrary: as('redeliver paused', { nth }) },
  { weight: 5, arbitrary: as('webhook', { nth, how: fc.constantFrom('once', 'three times', 'never') }) },
  { weight: 5, arbitrary: as('scan', { nth, status: fc.constantFrom('picked_up', 'delivered', ...SCANS) }) },
  { weight: 1, arbitrary: as('warehouse', { name: fc.constantFrom('BERLIN', 'HAMBURG'), open: fc.boolean() }) },
  { weight: 2, arbitrary: as('deadlines', { worker: fc.nat({ max: 4 }), befalls: maybe }) },
  { weight: 4, arbitrary: as('wait', { long: fc.constantFrom(...(Object.keys(DURATIONS) as Duration[])) }) },
  { weight: 1, arbitrary: as('sweep', {}) },
);

/** Something is placed first; what follows may be anything. */
const anything: fc.Arbitrary<Command[]> = fc
  .tuple(place, fc.array(command, { minLength: 1, maxLength: 40, size: 'max' }))
  .map(([first, rest]) => [first, ...rest]);

const disturbance: fc.Arbitrary<Command[]> = fc.constantFrom<Command[]>(
  [{ do: 'cancel', order: 0 }],
  [{ do: 'answer challenge', nth: 0, outcome: 'succeed' }],
  [{ do: 'answer challenge', nth: 0, outcome: 'fail' }],
  [{ do: 'retry payment', order: 0, card: 'good' }],
  [{ do: 'retry payment', order: 0, card: 'challenge' }],
  [{ do: 'wait', long: 'ten minutes' }],
  [
    { do: 'wait', long: 'the hold' },
    { do: 'wait', long: 'the hold' },
  ],
  [{ do: 'wait', long: 'a week' }],
  [{ do: 'refund', order: 0, what: 'everything', restock: true }],
  [{ do: 'refund', order: 0, what: 'first line', restock: true }],
  [{ do: 'request return', order: 0 }],
  [{ do: 'scan', nth: 0, status: 'picked_up' }],
  [{ do: 'scan', nth: 0, status: 'lost' }],
  [{ do: 'scan', nth: 1, status: 'returned_to_sender' }],
  [{ do: 'scan', nth: 1, status: 'delivered' }],
  [{ do: 'warehouse', name: 'BERLIN', open: false }],
  [{ do: 'redeliver paused', nth: 0 }],
  [{ do: 'proceed', steps: 3 }],
  [{ do: 'proceed', steps: 40 }],
);

/** An order as on a good day, until something is stopped half-way, and the world goes on without it. */
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
    { do: 'deliver', nth: which, befalls: { at, kind: 'pause' } },
    ...meanwhile.flatMap((some): Command[] => (loudly ? some : [...some, { do: 'quiet' }])),
    { do: 'resume', nth: 0 },
  ]);

/** What may happen in a world. */
export const story: fc.Arbitrary<Command[]> = fc.oneof(anything, overtaken);
