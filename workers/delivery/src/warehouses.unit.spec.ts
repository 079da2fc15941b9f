import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, PermanentError } from '@orderflow/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWarehouses } from './warehouses.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'warehouses-'));
});
afterAll(() => rm(directory, { recursive: true }));

const address = { name: 'Warehouse', line1: 'Street 1', postalCode: '10553', city: 'Berlin', country: 'DE' };
async function file(content: unknown): Promise<string> {
  const path = join(directory, 'warehouses.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('given a file of warehouses, each has its address', async () => {
  const warehouses = await readWarehouses(await file([{ id: 'BERLIN', name: 'ignored', address }]));
  expect(warehouses.addressOf('BERLIN')).toEqual(address);
});

test('given a warehouse that is not in it, it is named, with those that are', async () => {
  const warehouses = await readWarehouses(await file([{ id: 'BERLIN', address }]));
  expect(() => warehouses.addressOf('ATLANTIS')).toThrow(PermanentError);
  expect(() => warehouses.addressOf('ATLANTIS')).toThrow(/ATLANTIS.*BERLIN/);
});

test.each([
  ['is no JSON', '{'],
  ['is empty', []],
  ['lacks an address', [{ id: 'BERLIN' }]],
  ['has an id that is none', [{ id: 'berlin', address }]],
])('given a file that %s, the start stops with its name', async (_, content) => {
  const path = await file(content);
  await expect(readWarehouses(path)).rejects.toThrow(ConfigError);
  await expect(readWarehouses(path)).rejects.toThrow(`WAREHOUSE_SEED is ${JSON.stringify(path)}`);
});

test('given no such file, the start stops too', async () => {
  await expect(readWarehouses(join(directory, 'none.json'))).rejects.toThrow(/WAREHOUSE_SEED.*ENOENT/);
});
