import { afterAll, beforeAll, describe } from 'vitest';
import { customersAreErased } from './one-stack/erasure.ts';
import { commandsFromElsewhere } from './one-stack/from-elsewhere.ts';
import { hostileRequests } from './one-stack/fuzz.ts';
import { ordersJourneys } from './one-stack/orders.ts';
import { ordersAreTraced } from './one-stack/traces.ts';
import { type System, startSystem } from './system.ts';
import { startTraceCollector, type TraceCollector } from './trace-collector.ts';

let system: System;
let collector: TraceCollector;

beforeAll(async () => {
  collector = await startTraceCollector();
  system = await startSystem({
    env: {
      // A decline is final here; lifecycle.e2e.spec.ts covers further attempts.
      PAYMENT_ATTEMPTS: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
    envFor: { gateway: { RATE_LIMIT_PER_MINUTE: '10000000', GUEST_ORDERS_PER_HOUR: '10000000' } },
  });
});
afterAll(async () => {
  await system?.close();
  await collector?.close();
});

// One stack for all of them: its start costs more than most tests.
describe('a stack', () => {
  // First: these look at all orders there are, and at whoever calls the carrier next.
  describe('as commands from elsewhere see it', () => commandsFromElsewhere(() => system));
  describe('and what it tells a collector', () => ordersAreTraced(() => ({ system, collector })));
  describe('and its orders', () => ordersJourneys(() => system));
  describe('and its customers', () => customersAreErased(() => system));
  // Last: it leaves what nobody would order.
  describe('and whoever attacks it', () => hostileRequests(() => system));
});
