import fc from 'fast-check';
import { z } from 'zod';
import { hostile } from './hostile.ts';
import type { Known } from './known.ts';

/** As much of JSON Schema (2020-12) as zod writes. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Inputs that a procedure's own schema describes: most of them good. */
export function inputsOf(schema: z.ZodType, known: Known): fc.Arbitrary<unknown> {
  return valuesOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape, '', known);
}

function valuesOf(shape: Shape, name: string, known: Known): fc.Arbitrary<unknown> {
  const named = goodValues(known)[name];
  if (named) return named;
  if (shape.const !== undefined) return fc.constant(shape.const);
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.anyOf) return fc.oneof(...shape.anyOf.map((one) => valuesOf(one, name, known)));
  switch (shape.type) {
    case 'object': {
      const all = Object.entries(shape.properties ?? {}).map(([key, one]) => [key, valuesOf(one, key, known)] as const);
      const required = (shape.required ?? []).filter((key) => Object.hasOwn(shape.properties ?? {}, key));
      return fc.record(Object.fromEntries(all), { requiredKeys: required });
    }
    case 'array': {
      const { items = {}, minItems: minLength = 0 } = shape;
      return fc.array(valuesOf(items, name, known), { minLength, maxLength: minLength + 2 });
    }
    case 'string':
      return fc.string({ minLength: 1, maxLength: 30 });
    case 'integer':
      return fc.integer({ min: Math.max(shape.minimum ?? 0, 0), max: Math.min(shape.maximum ?? 100, 1_000) });
    case 'number':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return hostile;
  }
}

/** What fits a key of this name, whichever procedure it is in. */
function goodValues(known: Known): Readonly<Record<string, fc.Arbitrary<unknown>>> {
  const orders = fc.constantFrom(...known.own, ...known.others);
  return {
    __proto__: null as never,
    orderId: orders,
    cursor: fc.option(orders),
    lastEventId: fc.constantFrom('0', '1', '-1', '1e9', 'x'),
    idempotencyKey: fc.oneof(fc.uuid({ version: 4 }), fc.constant(known.usedKey)),
    refundId: fc.uuid({ version: 4 }),
    changeId: fc.uuid({ version: 4 }),
    sku: fc.constantFrom(...known.skus),
    quantity: fc.integer({ min: 1, max: 3 }),
    email: fc.nat({ max: 50 }).map((n) => `fuzz-${n}@example.org`),
    phone: fc.constantFrom('+4915112345678', '+12025550123'),
    country: fc.constantFrom('DE', 'DE', 'DE', 'FR', 'AQ'),
    postalCode: fc.constantFrom('10119', '75001', '20500'),
    currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
    paymentMethod: fc.constantFrom('pm_card_visa', 'pm_card_visa_chargeDeclined', 'pm_x'),
    timeZone: fc.constantFrom('Europe/Berlin', 'UTC', 'Mars/Base'),
    from: fc.constant('22:00'),
    until: fc.constant('07:00'),
    expectedTotal: fc.constantFrom(undefined, 1, 3_915),
    text: fc.constantFrom(...known.own.map((id) => id.slice(-8)), 'alice', 'fuzz-1@example.org'),
    worker: fc.constantFrom('payment', 'inventory', 'order-process', 'nobody'),
  };
}
