import { placeOrders, showSummary } from '../demo/demo.ts';
import { type StackFlags, showAddresses, withStack } from './stack-command.ts';

/** A cancel window of seconds and a carrier that makes half a day a second, so that journeys fit on a screen. */
const QUICK = {
  envFor: { gateway: { CANCEL_WINDOW_SECONDS: process.env.CANCEL_WINDOW_SECONDS ?? '2' } },
  emulators: { carrierSpeed: 40_000 },
};

/** Everything, with sample orders. Stays until Ctrl-C, or leaves with a status. */
export function demo(flags: StackFlags & { exit?: boolean }): Promise<void> {
  return withStack('demo', flags, QUICK, async (stack, report, interrupted) => {
    const results = await Promise.race([placeOrders(stack, report), interrupted]);
    if (typeof results === 'number') return results;
    const right = showSummary(results, report);
    showAddresses(stack, report, flags.json);
    if (flags.exit) return right ? 0 : 1;
    report.line('Ctrl-C or ./run down stops everything.');
    await interrupted;
    return 0;
  });
}
