import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@orderflow/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../testing/orders.ts';
import { readSeed } from './catalogue-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('our own catalogue can be read: about thirty products, one nearly sold out, and nothing from elsewhere', async () => {
  const products = await readSeed(SEED);
  expect(products.length).toBeGreaterThanOrEqual(30);
  expect(new Set(products.map(({ sku }) => sku)).size).toBe(products.length);
  expect(products.filter(({ stock }) => stock <= 2)).toHaveLength(1);
  for (const { image } of products) expect(image).toMatch(/^data:image\/svg\+xml,/);
});

test.each([
  ['a file that is not JSON', '[{', 'JSON'],
  ['a product without a price', '[{"sku":"MUG","name":"Mug"}]', '0.description'],
  [
    'a price in another currency',
    JSON.stringify([product({ price: { amount: 1, currency: 'USD' } })]),
    '0.price must be in EUR',
  ],
  [
    'a price that is not whole',
    JSON.stringify([product({ price: { amount: 1.5, currency: 'EUR' } })]),
    '0.price.amount',
  ],
  [
    'a stock in words',
    JSON.stringify([product({ price: { amount: 1, currency: 'EUR' }, stock: 'plenty' })]),
    '0.stock must be',
  ],
  [
    'a negative stock in a warehouse',
    JSON.stringify([product({ price: { amount: 1, currency: 'EUR' }, stock: { BERLIN: -1 } })]),
    '0.stock.BERLIN',
  ],
])('%s stops the start with a message that names the variable and what is wrong', async (_, text, wrong) => {
  const path = join(folder, 'catalogue.json');
  await writeFile(path, text);
  const error = await readSeed(path).catch((caught: unknown) => caught as Error);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message).toContain('CATALOGUE_SEED');
  expect((error as Error).message).toContain(wrong);
});

test('stock in several warehouses is there for shoppers as a sum', async () => {
  const path = join(folder, 'warehouses.json');
  const price = { amount: 1, currency: 'EUR' };
  const list = [product({ price, stock: { BERLIN: 3, HAMBURG: 4 } }), product({ sku: 'CUP', price, stock: 5 })];
  await writeFile(path, JSON.stringify(list));
  expect((await readSeed(path)).map(({ stock }) => stock)).toEqual([7, 5]);
});

test('a file that is not there stops the start as well', async () => {
  await expect(readSeed(join(folder, 'nowhere.json'))).rejects.toThrow(/CATALOGUE_SEED.*ENOENT/);
});

function product(over: object) {
  return { sku: 'MUG', name: 'Mug', description: '', category: 'Kitchen', image: '', stock: 1, ...over };
}
