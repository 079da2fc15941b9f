import { describe, expect, it } from 'vitest';
import { causalOrder } from './causal-order.ts';
import { definitionsFrom, hearersOf } from './choreography.ts';

describe('given an AsyncAPI document', () => {
  it.each([[{}], [{ operations: {} }], ['text'], [{ operations: { a: { action: 'shout' } } }]])(
    '%j is none of ours',
    (document) => {
      expect(() => definitionsFrom(document)).toThrow();
    },
  );

  it('facts that only bring a read model up to date are heard by nobody who has to mark them', () => {
    const hears = [{ type: 'stock.changed' }, { type: 'payment.voided' }];
    const [worker] = definitionsFrom({
      operations: Object.fromEntries(
        hears.map(({ type }) => [
          `order-process.hears.${type}`,
          { action: 'receive', channel: { $ref: `#/channels/${type}` } },
        ]),
      ),
      'x-workers': { 'order-process': { database: 'gateway', deadlines: true, projects: ['stock.changed'] } },
    });
    expect(worker?.hears).toEqual(hears);
    expect([...hearersOf(worker ? [worker] : [])]).toEqual([['payment.voided', ['order-process']]]);
  });
});

describe('given events with causes', () => {
  const event = (id: string, time: string, causedBy?: string) => ({ id, time, ...(causedBy ? { causedBy } : {}) });

  it('a cause comes before its effects whatever the clocks say, the rest by time', () => {
    const events = [
      event('effect', '1', 'cause'),
      event('cause', '3'),
      event('other', '2'),
      event('orphan', '4', 'unknown'),
    ];
    expect(causalOrder(events).map(({ id }) => id)).toEqual(['other', 'cause', 'effect', 'orphan']);
  });
});
