import { auditDemo } from '../demo/audit.ts';
import { placeOrders, showSummary } from '../demo/demo.ts';
import { makeDemoAccounts } from '../demo-accounts.ts';
import { type StackFlags, showAddresses, showDemoAccounts, showShop, withStack } from './stack-command.ts';

/** Windows of seconds and a carrier that makes half a day a second, so that journeys fit on a screen. */
const HOLD_SECONDS = process.env.HOLD_SECONDS ?? '20';
const QUICK = {
  envFor: {
    gateway: {
      HOLD_SECONDS,
      CANCEL_WINDOW_SECONDS: process.env.CANCEL_WINDOW_SECONDS ?? '5',
      // One customer orders all of it at once, more than there is, and with cards that are declined.
      FREE_DECLINES: process.env.FREE_DECLINES ?? '1000',
      UNPAID_UNITS: process.env.UNPAID_UNITS ?? '1000',
      UNPAID_SHARE_PERCENT: process.env.UNPAID_SHARE_PERCENT ?? '100',
    },
    inventory: { HOLD_SECONDS },
    'order-process': { HOLD_SECONDS },
    auditor: { GRACE_SECONDS: process.env.GRACE_SECONDS ?? '10' },
  },
  emulators: { carrierSpeed: 40_000 },
};

/** Everything, with sample orders. Stays until Ctrl-C, or leaves with a status. */
export function demo(flags: StackFlags & { exit?: boolean }): Promise<void> {
  return withStack('demo', flags, QUICK, async (stack, report, interrupted) => {
    const accounts = await makeDemoAccounts(stack);
    const results = await Promise.race([placeOrders(stack, report), interrupted]);
    if (typeof results === 'number') return results;
    const expected = showSummary(results, report);
    const right = (await auditDemo(stack, report)) && expected;
    await Promise.race([showShop(stack, report, flags.open), interrupted]);
    showAddresses(stack, report, flags.json);
    showDemoAccounts(accounts, report);
    if (flags.exit) return right ? 0 : 1;
    report.line('Ctrl-C or ./run down stops everything.');
    await interrupted;
    return 0;
  });
}
