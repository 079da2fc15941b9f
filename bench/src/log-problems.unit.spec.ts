import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsIn } from './log-problems.ts';

test('what went wrong is found in the logs: circuits, what was dead-lettered, and who was blamed for what was tried again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-problems-'));
  const retry = { msg: 'retry', worker: 'payment' };
  const lines = [
    { ...retry, error: 'stripe: socket hang up', class: 'dependency' },
    { ...retry, error: 'stripe: pi_1 is changing', class: 'transient' },
    { ...retry, error: 'stripe: pi_2 is changing', class: 'transient' },
    { ...retry, worker: 'delivery', error: 'The order is not known yet', class: 'transient' },
    { msg: 'dead-letter', worker: 'payment', error: 'a bug' },
    { msg: 'a dependency is down: consumer paused', worker: 'payment', dependency: 'stripe' },
    { msg: 'consumer resumes', worker: 'payment' },
  ];
  writeFileSync(
    join(folder, 'payment.log'),
    `no JSON\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"torn`,
  );

  expect(problemsIn(folder)).toEqual({
    circuits: ['payment for stripe'],
    deadLettered: ['payment: a bug'],
    providers: ['payment: stripe: socket hang up (1)', 'payment: stripe: … is changing (2)'],
    retried: new Map([
      ['payment: stripe: socket hang up', 1],
      ['payment: stripe: … is changing', 2],
      ['delivery: The order is not known yet', 1],
    ]),
  });
  rmSync(folder, { recursive: true });
});
