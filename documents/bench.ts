/** CPU time of an invoice: `node documents/bench.ts`. Warm, one process. */

import { invoicePdf } from './src/index.ts';
import { anInvoice } from './src/testing/orders.ts';

const ROUNDS = 300;
const NAMES = ['Jürgen Groß', 'Alice Archer', 'Zoë Müller', 'Łukasz Wiśniewski', 'Bob Brown'];
const input = (n: number) => {
  const invoice = anInvoice();
  return { ...invoice, customer: { ...invoice.customer, name: NAMES[n % NAMES.length] ?? '' } };
};
for (let n = 0; n < 60; n++) await invoicePdf(input(n));
const from = process.cpuUsage();
let bytes = 0;
for (let n = 0; n < ROUNDS; n++) bytes += (await invoicePdf(input(n))).length;
const { user, system } = process.cpuUsage(from);
console.log(
  `${((user + system) / 1000 / ROUNDS).toFixed(2)} ms of CPU and ${Math.round(bytes / ROUNDS)} bytes an invoice`,
);
