import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@orderflow/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSeed } from './seed.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-seed-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'catalogue.json');
  await writeFile(path, text);
  return path;
}

test('given no file, there is no opening stock', async () => {
  expect(await readSeed(undefined)).toEqual([]);
});

test('given a catalogue, each product opens with its stock in the first warehouse', async () => {
  const path = await fileOf(JSON.stringify([{ sku: 'MUG-RED', name: 'Mug, red', stock: 40 }]));
  expect(await readSeed(path)).toEqual([{ sku: 'MUG-RED', warehouse: 'BERLIN', onHand: 40 }]);
});

test('given stock by warehouse, each warehouse opens with its own', async () => {
  const path = await fileOf(JSON.stringify([{ sku: 'MUG-RED', stock: { HAMBURG: 3, BERLIN: 0 } }]));
  expect(await readSeed(path)).toEqual([
    { sku: 'MUG-RED', warehouse: 'HAMBURG', onHand: 3 },
    { sku: 'MUG-RED', warehouse: 'BERLIN', onHand: 0 },
  ]);
});

test.each([
  ['no JSON', '{'],
  ['no list', '{}'],
  ['no product', '[]'],
  ['no stock', '[{"sku":"MUG-RED"}]'],
  ['half a mug', '[{"sku":"MUG-RED","stock":0.5}]'],
  ['less than nothing', '[{"sku":"MUG-RED","stock":-1}]'],
  ['no warehouse', '[{"sku":"MUG-RED","stock":{}}]'],
  ['a strange warehouse', '[{"sku":"MUG-RED","stock":{"berlin":1}}]'],
  ['no SKU', '[{"sku":"mug.red","stock":1}]'],
])('given a file with %s, the error names the variable and the file', async (_, text) => {
  const path = await fileOf(text);
  const failure = await readSeed(path).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect((failure as Error).message).toMatch(/^CATALOGUE_SEED is ".*catalogue.json"; it must be/);
});

test('given a file that is not there, the error says so', async () => {
  await expect(readSeed(join(folder, 'missing.json'))).rejects.toThrow(/CATALOGUE_SEED.*ENOENT/);
});
