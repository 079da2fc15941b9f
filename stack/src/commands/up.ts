import { startCells } from '../cells.ts';
import { listenForControl } from '../control.ts';
import { makeDemoAccounts } from '../demo-accounts.ts';
import type { Stack } from '../stack.ts';
import {
  addressesOf,
  type StackFlags,
  showAddresses,
  showDemoAccounts,
  showShop,
  whileRunning,
  withStack,
} from './stack-command.ts';

/** Everything, without sample orders, until Ctrl-C. */
export function up(flags: StackFlags & { region: readonly string[] }): Promise<void> {
  if (flags.region.length > 0) return upCells(flags);
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

/** A cell for each region. The shop, and with it all accounts, is the first one's. */
function upCells(flags: StackFlags & { region: readonly string[] }): Promise<void> {
  return whileRunning(
    'up',
    flags,
    (options) => startCells({ ...options, regions: flags.region }),
    async ({ cells }, report, interrupted) => {
      const [home] = [...cells.values()] as [Stack];
      const ignored = await Promise.all([...cells.values()].map((cell) => listenForControl(cell.dataDir, cell)));
      const accounts = await makeDemoAccounts(home);
      await Promise.race([showShop(home, report, flags.open), interrupted]);
      if (flags.json) {
        const all = Object.fromEntries([...cells].map(([region, cell]) => [region, addressesOf(cell)]));
        process.stdout.write(`${JSON.stringify({ cells: all }, null, 2)}\n`);
      }
      for (const [region, cell] of flags.json ? [] : cells) {
        report.line(`${region}, in ${cell.dataDir}`);
        showAddresses(cell, report);
      }
      showDemoAccounts(accounts, report);
      report.line('Ctrl-C or ./run down stops everything.');
      await interrupted;
      for (const ignore of ignored) ignore();
      return 0;
    },
  );
}
