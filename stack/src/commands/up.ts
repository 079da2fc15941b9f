import { makeDemoAccounts } from '../demo-accounts.ts';
import { type StackFlags, showAddresses, showDemoAccounts, showShop, withStack } from './stack-command.ts';

/** Everything, without sample orders, until Ctrl-C. */
export function up(flags: StackFlags): Promise<void> {
  return withStack('up', flags, {}, async (stack, report, interrupted) => {
    const accounts = await makeDemoAccounts(stack);
    await Promise.race([showShop(stack, report, flags.open), interrupted]);
    showAddresses(stack, report, flags.json);
    showDemoAccounts(accounts, report);
    report.line('Ctrl-C or ./run down stops everything.');
    await interrupted;
    return 0;
  });
}
