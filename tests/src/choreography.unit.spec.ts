import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asyncApiOf,
  choreographyPage,
  choreographyProblems,
  defineWorker,
  InventoryReserved,
  OrderPlaced,
  StockChanged,
} from '@orderflow/contracts';
import { discoverDefinitions } from '@orderflow/stack';
import { beforeAll, describe, expect, test } from 'vitest';

const docs = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');
let workers: Awaited<ReturnType<typeof discoverDefinitions>>;

beforeAll(async () => {
  workers = await discoverDefinitions();
});

describe('the choreography of all workers', () => {
  test('finds every worker without a list', () => {
    const folders = readdirSync(join(import.meta.dirname, '../../workers'));
    expect(workers.map(({ name }) => name).sort()).toEqual([...folders, 'gateway', 'order-process'].sort());
  });

  test('is whole: every fact is said by somebody and heard by somebody', () => {
    expect(choreographyProblems(workers)).toEqual([]);
  });

  test('is drawn as it is', () => {
    expect(docs('choreography.md')).toBe(choreographyPage(workers));
    expect(JSON.parse(docs('asyncapi.json'))).toEqual(asyncApiOf(workers));
  });

  test('a fact that nobody says or nobody hears is named', () => {
    const inventory = defineWorker({ name: 'inventory', summary: '', hears: [OrderPlaced], says: [InventoryReserved] });
    expect(choreographyProblems([inventory])).toEqual([
      'inventory.reserved is said but nobody hears it',
      'order.placed is the word of gateway, which does not say it',
      'order.placed is heard but nobody says it',
      'inventory names no collection that marks what it hears',
    ]);
  });

  test('documents that nobody could find and names that stand for two are named', () => {
    const draft = { name: 'inventory', summary: '', says: [], hears: [] };
    const one = defineWorker({ ...draft, collection: 'shelves' });
    const other = defineWorker({
      ...draft,
      name: 'shelf',
      formerly: ['inventory'],
      hears: [StockChanged],
      collection: 'shelves',
    });
    expect(choreographyProblems([one, other])).toEqual(
      expect.arrayContaining([
        'inventory is the name of two workers',
        'shelves is a collection of inventory and of shelf',
        'shelf hears stock.changed, which is about no order, and does not only project it',
      ]),
    );
  });

  test('a rename that an event does not know of is named', () => {
    const renamed = workers.map((worker) => (worker.name === 'payment' ? { ...worker, formerly: ['till'] } : worker));
    expect(choreographyProblems(renamed)).toContain(
      'payment.captured must be formerlySaidBy till, as its publishers say',
    );
  });
});
