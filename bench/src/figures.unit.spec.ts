import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { growth } from './growth.ts';
import { isOwn, nameOf, parseStat, perOrder, sumOf } from './processes.ts';
import { listed, positive, quantile, setting, table } from './statistics.ts';

describe('what a process has taken', () => {
  test('is read from its line, whatever its name is', () => {
    const fields = ['S', '17', ...Array(9).fill('0'), '150', '50', ...Array(8).fill('0'), '2560', '0'];
    expect(parseStat(`42 (a name) with) brackets) ${fields.join(' ')}`)).toEqual({
      parent: 17,
      cpuMs: 2_000,
      rssMiB: 10,
    });
  });

  test.each([
    ['/n/node --max-semi-space-size=8 /o/workers/payment/src/main.ts ', 'payment'],
    ['/n/node /o/gateway/src/order-process/main.ts ', 'order-process'],
    ['/n/node /o/gateway/src/main.ts ', 'gateway'],
    ['/n/node /o/emulators/mongo/src/main.ts --port 1 ', 'mongo'],
    ['/usr/bin/mongod --dbpath /x ', 'mongo'],
    ['/n/node /o/bench/floor/delivery.ts ', 'delivery'],
    ['/n/node /o/bench/nestjs/dist/order-process.js ', 'order-process'],
    ['/usr/lib/erlang/erts/bin/beam.smp -W w ', 'rabbitmq'],
    ['sleep 1', 'others'],
  ])('%s counts as %s', (command, name) => {
    expect(nameOf(command)).toBe(name);
  });

  test('is told for each order, without what it had taken before, and is own or of what it runs beside', () => {
    const before = new Map([['payment', { cpuMs: 1_000, rssMiB: 1 }]]);
    const after = new Map([
      ['payment', { cpuMs: 1_600, rssMiB: 1 }],
      ['mongo', { cpuMs: 400, rssMiB: 1 }],
    ]);
    const cpu = perOrder(before, after, 100);
    expect(Object.fromEntries(cpu)).toEqual({ payment: 6, mongo: 4 });
    expect([sumOf(cpu), sumOf(cpu, isOwn)]).toEqual([10, 6]);
  });
});

describe('a queue', () => {
  const looks = (lengths: number[]) => lengths.map((length) => new Map([['payment', length]]));

  test('has grown when it is longer in the last quarter than in the second by more than a moment’s work', () => {
    expect(Object.fromEntries(growth(looks([0, 0, 10, 10, 40, 40, 60, 60]), 20))).toEqual({ payment: 50 });
  });

  test('has not when it is long but stays so, or is empty again', () => {
    expect(growth(looks([90, 90, 90, 90, 90, 90, 90, 90]), 20).size).toBe(0);
    expect(growth(looks([0, 0, 80, 80, 80, 40, 0, 0]), 20).size).toBe(0);
  });

  test('is not judged by fewer than four looks', () => {
    expect(growth(looks([0, 99]), 20).size).toBe(0);
  });
});

describe('figures', () => {
  test('have quantiles; none of nothing', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([1, 2, 3], 1)]).toEqual([2, 3]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('are listed from the largest to the smallest that shows', () => {
    const values = new Map([
      ['a', 0.04],
      ['b', 1],
      ['c', 2.25],
    ]);
    expect(listed(values)).toBe('c 2.3, b 1.0');
  });

  test('stand below each other', () => {
    expect(
      table([
        ['', 'per second'],
        ['floor', '9'],
      ]),
    ).toBe('       per second\nfloor           9');
  });

  test('that a flag lacks are named with it', () => {
    expect(() => positive('rate', 'fast')).toThrow('--rate is fast; it wants a number above 0');
    expect(() => setting('env', 'NAME')).toThrow('--env is NAME; it wants NAME=VALUE');
    expect(setting('env', 'NAME=a=b')).toEqual(['NAME', 'a=b']);
  });
});

test('no benchmark takes what a flag says for a number without a look', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.spec.ts'));
  const unlooked = files.filter((name) =>
    /\bNumber\(values|values\.\w+(\.split\(','\))?\.map\(\s*Number/.test(
      readFileSync(join(import.meta.dirname, name), 'utf8'),
    ),
  );
  expect(unlooked).toEqual([]);
});
