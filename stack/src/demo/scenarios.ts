import { randomInt } from 'node:crypto';
import type { Order, PlaceOrderInput } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { Client } from '../client.ts';
import type { Addresses } from '../stack.ts';
import { authenticate, callsOf, mailsTo, setSwitches } from './outside.ts';

export type Seen = Pick<Order, 'status' | 'payment' | 'shipment'>;

/** Something that the customer or staff do when the order has come so far. */
export interface Step {
  readonly does: string;
  when(order: Order): boolean;
  act(order: Order): Promise<unknown>;
}

/** One order of the demo: what it asks, where it must end, and what must be true outside then. */
export interface Scenario {
  readonly title: string;
  readonly input: PlaceOrderInput;
  readonly expected: Seen;
  /** How often the very same request is sent. */
  readonly times: number;
  before?(): Promise<void>;
  /** In turn, each once. */
  readonly steps?: readonly Step[];
  /** Mails that must come at least; where nothing is said, as the end has it. */
  readonly mails?: number;
  /** Each is told of by itself; 1 where nothing is said. */
  readonly parcels?: number;
  /** What is wrong after the end, or undefined. Asked until it is undefined or time is up. */
  after?(order: Order): Promise<string | undefined>;
}

const DELIVERED: Seen = { status: 'delivered', payment: 'captured', shipment: 'delivered' };

/** The orders of the demo, new ones at each call. Each customer's address tells where the mail belongs. */
export function scenarios(addresses: Addresses, { customer, staff }: { customer: Client; staff: Client }): Scenario[] {
  const { mailbox, twilio, carrier, stripe } = addresses;
  const base = (name: string, lines: PlaceOrderInput['lines'], changes: Partial<PlaceOrderInput> = {}) => ({
    idempotencyKey: uuidv7(),
    lines,
    shippingMethod: 'standard' as const,
    address: { name, line1: '12 Harbour Street', postalCode: '20457', city: 'Hamburg', country: 'DE' },
    contact: { email: `${name.toLowerCase().replace(/\W+/g, '.')}.${uuidv7().slice(-8)}@customer.example` },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
    ...changes,
  });
  const one = (scenario: Omit<Scenario, 'times'> & { times?: number }): Scenario => {
    const { email } = scenario.input.contact;
    return {
      times: 1,
      ...scenario,
      after: async (order) => (await mailProblem(mailbox, email, scenario)) ?? (await scenario.after?.(order)),
    };
  };

  const express = base('Ada Express', [{ sku: 'POT-MOKA-6', quantity: 1 }], { shippingMethod: 'express' });
  const phone = `+49151${randomInt(10_000_000, 99_999_999)}`;
  const flaky = base('Flo Flaky', [{ sku: 'TOWEL-WAFFLE-3', quantity: 2 }]);
  const several = [
    { sku: 'NOTEBOOK-A5-DOT', quantity: 3 },
    { sku: 'PENCILS-HB-12', quantity: 1 },
    { sku: 'CANDLE-BEESWAX', quantity: 2 },
    { sku: 'NOTEBOOK-A5-DOT', quantity: 1 },
  ];
  const declined = { paymentMethod: 'pm_card_visa_chargeDeclined' };
  return [
    one({
      title: 'Ordinary order',
      input: base('Olga Ordinary', [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }]),
      expected: DELIVERED,
    }),
    one({ title: 'Several lines', input: base('Sam Several', several), expected: DELIVERED }),
    one({
      title: 'Express with SMS',
      input: { ...express, contact: { ...express.contact, phone } },
      expected: DELIVERED,
      after: async () =>
        !twilio || (await callsOf(twilio)).some((call) => call.to === phone) ? undefined : `no SMS to ${phone}`,
    }),
    one({
      title: 'Out of stock',
      input: base('Otto Outofstock', [{ sku: 'PRINT-HARBOUR-LTD', quantity: 99 }]),
      expected: { status: 'rejected', payment: 'none', shipment: 'none' },
    }),
    one({
      title: 'Declined, then paid',
      input: base('Dora Declined', [{ sku: 'VASE-BUD', quantity: 1 }], declined),
      expected: DELIVERED,
      steps: [
        {
          does: 'pays with another card',
          when: ({ paymentDue }) => paymentDue?.need === 'retry',
          act: ({ id: orderId }) => customer.orders.retryPayment.mutate({ orderId, paymentMethod: 'pm_card_visa' }),
        },
      ],
      mails: 5,
    }),
    one({
      title: 'Never paid',
      input: base('Nora Never', [{ sku: 'LAMP-CLIP', quantity: 1 }], declined),
      expected: { status: 'expired', payment: 'failed', shipment: 'none' },
      mails: 2,
    }),
    ...(stripe
      ? [
          one({
            title: '3-D Secure',
            input: base('Selma Secure', [{ sku: 'APRON-LINEN', quantity: 1 }], {
              paymentMethod: 'pm_card_authenticationRequired',
            }),
            expected: DELIVERED,
            steps: [
              {
                does: 'confirms at the bank',
                when: ({ paymentDue }) => paymentDue?.need === 'challenge',
                act: async ({ id: orderId }) => {
                  const { intentId } = await customer.orders.paymentChallenge.query({ orderId });
                  await authenticate(stripe, intentId);
                },
              },
            ],
          }),
        ]
      : []),
    one({
      title: 'Cancelled in time',
      input: base('Carla Cancel', [{ sku: 'CUSHION-CORD', quantity: 1 }]),
      expected: { status: 'cancelled', payment: 'voided', shipment: 'cancelled' },
      steps: [
        {
          does: 'cancels',
          when: ({ status }) => status === 'confirmed',
          act: ({ id: orderId }) => customer.orders.cancel.mutate({ orderId, reason: 'found one in the attic' }),
        },
      ],
    }),
    one({
      title: 'Two warehouses',
      input: base('Willa Warehouse', [
        { sku: 'CLOCK-WALL-ASH', quantity: 1 },
        { sku: 'MUG-STONEWARE', quantity: 2 },
      ]),
      expected: DELIVERED,
      parcels: 2,
      mails: 6,
      after: async ({ parcels }) => (parcels.length === 2 ? undefined : `${parcels.length} parcels of 2`),
    }),
    one({
      title: 'Refunded in part',
      input: base('Rita Refund', [{ sku: 'KNIFE-PARING', quantity: 2 }]),
      expected: { status: 'delivered', payment: 'partially_refunded', shipment: 'delivered' },
      steps: [
        {
          does: 'gets one of two refunded by staff',
          when: ({ status, payment }) => status === 'delivered' && payment === 'captured',
          act: ({ id: orderId }) =>
            staff.ops.orders.refund.mutate({
              orderId,
              refundId: uuidv7(),
              lines: [{ sku: 'KNIFE-PARING', quantity: 1 }],
              reason: 'a dent',
            }),
        },
      ],
      mails: 5,
    }),
    ...(carrier
      ? [
          one({
            title: 'Carrier fails twice',
            input: flaky,
            expected: DELIVERED,
            before: () => setSwitches(carrier, { failNext: 2, match: flaky.contact.email }),
            after: async (order) => {
              const tries = (await callsOf(carrier)).filter((call) => call.orderId === order.id && call.service);
              const answers = tries.map((call) => call.status).join(', ');
              return answers === '503, 503, 201' ? undefined : `the carrier answered ${answers || 'nothing'}`;
            },
          }),
        ]
      : []),
    one({
      title: 'Same order sent twice',
      input: base('Theo Twice', [{ sku: 'BAG-TOTE-CANVAS', quantity: 1 }]),
      expected: DELIVERED,
      times: 2,
    }),
  ];
}

/** Something must have been written to the customer, and nothing twice. */
async function mailProblem(
  mailbox: string | undefined,
  email: string,
  { expected, mails, parcels = 1 }: Pick<Scenario, 'expected' | 'mails' | 'parcels'>,
): Promise<string | undefined> {
  if (!mailbox) return undefined;
  const subjects = (await mailsTo(mailbox, email)).map((mail) => mail.subject);
  // Confirmed, paid with the invoice, dispatched, delivered.
  const least = mails ?? (expected.status === 'delivered' ? 4 : 1);
  const times = (subject: string) => subjects.filter((one) => one === subject).length;
  if (subjects.some((one) => times(one) > parcels)) return `a mail came twice: ${subjects.join(', ')}`;
  return subjects.length < least ? `${subjects.length} mails of ${least}` : undefined;
}
