import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { regionNumbers } from './region-numbers.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'orderflow-regions-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const numbers = (...regions: string[]) => Object.fromEntries(regionNumbers(dataDir, regions));

test('a region keeps its number, whichever are started and in whatever order', () => {
  expect(numbers('eu-1', 'us-1')).toEqual({ 'eu-1': 1, 'us-1': 2 });
  expect(numbers('us-1', 'eu-1')).toEqual({ 'eu-1': 1, 'us-1': 2 });
  expect(numbers('ap-1')).toEqual({ 'ap-1': 3 });
  expect(numbers('us-1', 'sa-1')).toEqual({ 'us-1': 2, 'sa-1': 4 });
});

test('where the numbers cannot be read no others are given', () => {
  writeFileSync(join(dataDir, 'regions.json'), '{"eu-1":');
  expect(() => numbers('us-1')).toThrow(`${dataDir}/regions.json, which has the regions' numbers, cannot be read`);
});
