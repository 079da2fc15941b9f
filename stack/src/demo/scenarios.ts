import { randomInt } from 'node:crypto';
import type { Order, PlaceOrderInput } from '@orderflow/contracts';
import { v7 as newId } from 'uuid';
import type { Addresses } from '../stack.ts';
import { callsOf, mailsTo, setSwitches } from './outside.ts';

export type Seen = Pick<Order, 'status' | 'payment' | 'shipment'>;

/** One order of the demo: what it asks, where it must end, and what must be true outside then. */
export interface Scenario {
  readonly title: string;
  readonly input: PlaceOrderInput;
  readonly expected: Seen;
  /** How often the very same request is sent. */
  readonly times: number;
  before?(): Promise<void>;
  /** What is wrong after the end, or undefined. Asked until it is undefined or time is up. */
  after?(order: Order): Promise<string | undefined>;
}

const DELIVERED: Seen = { status: 'delivered', payment: 'captured', shipment: 'delivered' };

/** The orders of the demo, new ones at each call. Each customer's address tells where the mail belongs. */
export function scenarios(addresses: Addresses): Scenario[] {
  const { mailbox, twilio, carrier } = addresses;
  const base = (name: string, lines: PlaceOrderInput['lines'], changes: Partial<PlaceOrderInput> = {}) => ({
    idempotencyKey: newId(),
    lines,
    shippingMethod: 'standard' as const,
    address: { name, line1: '12 Harbour Street', postalCode: '20457', city: 'Hamburg', country: 'DE' },
    contact: { email: `${name.toLowerCase().replace(/\W+/g, '.')}.${newId().slice(-8)}@customer.example` },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
    ...changes,
  });
  const one = (scenario: Omit<Scenario, 'times'> & { times?: number }): Scenario => {
    const { email } = scenario.input.contact;
    return {
      times: 1,
      ...scenario,
      after: async (order) => (await mailProblem(mailbox, email, scenario.expected)) ?? (await scenario.after?.(order)),
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
      title: 'Declined card',
      input: base('Dora Declined', [{ sku: 'VASE-BUD', quantity: 1 }], declined),
      expected: { status: 'payment_failed', payment: 'failed', shipment: 'none' },
    }),
    ...(carrier
      ? [
          one({
            title: 'Carrier fails twice',
            input: flaky,
            expected: DELIVERED,
            before: () => setSwitches(carrier, { failNext: 2, match: flaky.contact.email }),
            after: async (order) => {
              const tries = (await callsOf(carrier)).filter((call) => call.reference === order.id && call.service);
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
async function mailProblem(mailbox: string | undefined, email: string, expected: Seen): Promise<string | undefined> {
  if (!mailbox) return undefined;
  const subjects = (await mailsTo(mailbox, email)).map((mail) => mail.subject);
  const least = expected.status === 'delivered' ? 3 : 1;
  if (new Set(subjects).size < subjects.length) return `a mail came twice: ${subjects.join(', ')}`;
  return subjects.length < least ? `${subjects.length} mails of ${least}` : undefined;
}
