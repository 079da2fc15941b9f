import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { judge } from '../decide-truth.ts';
import { bill, given, states, truths } from './examples.ts';

const cell = (v: any): string => {
  switch (v.next) {
    case 'become':
      return [v.state.status, ...v.say.map((s: any) => s.type.replace('payment.', '+'))].join('');
    case 'nothing':
      return '-';
    case 'wait':
      return 'wait';
    case 'alarm':
      return 'alarm';
    case 'cancel':
      return 'x:' + cell(v.afterwards);
    case 'refund':
      return 'refund' + v.say.map((s: any) => s.type.replace('payment.', '+')).join('');
  }
  return '?';
};
test('gen', () => {
  let out = '';
  for (const wish of [
    { to: 'pay', bill },
    { to: 'know' },
    { to: 'expire' },
    { to: 'end', reason: 'r' },
    { to: 'capture', because: 'dispatched' },
    { to: 'capture', because: 'lapsing' },
  ] as const) {
    out += `\n## ${JSON.stringify(wish)}\n`;
    out += ['state', ...Object.keys(truths)].join(' | ') + '\n';
    for (const [name, s] of Object.entries(states))
      out += [name, ...Object.values(truths).map((t) => cell(judge(s, t, wish as any, given)))].join(' | ') + '\n';
  }
  writeFileSync('/tmp/table.txt', out);
});
