import { portFrom } from '../config.ts';
import { listenForControl } from '../control.ts';
import type { DemoAccount } from '../demo-accounts.ts';
import { messageOf } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { portNear } from '../ports.ts';
import { consoleReport, type Report } from '../report.ts';
import { type Stack, type StackOptions, startStack } from '../stack.ts';
import { onInterrupt } from './interrupt.ts';
import { openInBrowser } from './open.ts';

export interface StackFlags {
  readonly scale: Record<string, number>;
  readonly data: string;
  readonly json?: boolean;
  readonly restart?: boolean;
  /** Without the storefront if false. */
  readonly web: boolean;
  /** Opens the storefront in a browser. */
  readonly open?: boolean;
}

const SHOP_PORT = 3_000;

/** What a command does with the running stack; resolves with the status to leave with. */
export type Use = (stack: Stack, report: Report, interrupted: Promise<number>) => Promise<number>;

/** Starts the stack as the flags and the environment want it, uses it, and stops it whatever happens. */
export async function withStack(
  command: string,
  flags: StackFlags,
  defaults: Partial<StackOptions>,
  use: Use,
): Promise<void> {
  const start = (options: StackOptions) => startStack({ ...defaults, ...options });
  return whileRunning(command, flags, start, async (stack, report, interrupted) => {
    const ignore = await listenForControl(stack.dataDir, stack);
    const status = await use(stack, report, interrupted);
    ignore();
    return status;
  });
}

/** The same for whatever the flags and the environment want to have started. */
export async function whileRunning<Running extends Pick<Stack, 'dataDir' | 'close'>>(
  command: string,
  flags: StackFlags,
  start: (options: StackOptions) => Promise<Running>,
  use: (running: Running, report: Report, interrupted: Promise<number>) => Promise<number>,
): Promise<void> {
  const report = consoleReport(flags.json ? process.stderr : process.stdout);
  const interrupt = onInterrupt();
  const port = portFrom();
  const started = Date.now();
  const running = await start({
    dataDir: dataDirOf(flags.data),
    scale: flags.scale,
    restart: flags.restart ?? false,
    command,
    report,
    ...(port !== undefined && { port }),
    ...(flags.web && { webPort: await portNear(SHOP_PORT) }),
  });
  interrupt.handled();
  try {
    report.line(`Everything runs after ${((Date.now() - started) / 1000).toFixed(1)} s. Logs: ${running.dataDir}/logs`);
    process.exitCode = await use(running, report, interrupt.asked);
  } finally {
    await report.step('Stopping everything', () => running.close());
  }
  process.exit();
}

/** What to sign in with, where nothing real is behind the shop. */
export function showDemoAccounts(accounts: readonly DemoAccount[], report: Report): void {
  for (const { email, password, role } of accounts)
    report.line(`  ${`Sign in as ${role}`.padEnd(18)} ${email} / ${password}`);
}

/** Waits for the storefront, which the system does not need: a failure is said, and all else goes on. */
export async function showShop(stack: Stack, report: Report, open = false): Promise<void> {
  const { shop } = stack;
  if (!shop) return;
  try {
    await report.step('Building the storefront, unless it is as it was built last', () => shop.ready);
    if (open) openInBrowser(shop.url, report);
  } catch (error) {
    report.warn(messageOf(error));
  }
}

/** Everything's addresses, as `--json` has them. */
export function addressesOf(stack: Stack) {
  const processes = stack.processes.map(({ name, pid, readyUrl, logFile }) => ({ name, pid, readyUrl, logFile }));
  return { ...stack.addresses, dataDir: stack.dataDir, processes };
}

/** The addresses of everything, as a table for people or as one JSON document. */
export function showAddresses(stack: Stack, report: Report, json = false): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(addressesOf(stack), null, 2)}\n`);
    return;
  }
  const { shop, api, rabbitmq, mailbox, stripe, twilio, carrier, mongodb, redis } = stack.addresses;
  const console = new URL(rabbitmq);
  const login = console.username ? ` (${console.username} / ${console.password})` : '';
  const rows: [string, string | undefined][] = [
    ['Shop', shop],
    ['API', api],
    ['RabbitMQ console', `${console.origin}${login}`],
    ['Mailbox', mailbox],
    ['Stripe stand-in', stripe],
    ['Twilio stand-in', twilio],
    ['Carrier stand-in', carrier],
    ['MongoDB', mongodb],
    ['Redis', redis],
  ];
  for (const [name, address] of rows) if (address) report.line(`  ${name.padEnd(18)} ${address}`);
}
