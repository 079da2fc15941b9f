import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asyncApiOf,
  choreographyPage,
  choreographyProblems,
  defineWorker,
  InventoryReserved,
  OrderPlaced,
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
    ]);
  });
});
