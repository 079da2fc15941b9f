import type { z } from 'zod';
import { type Given, type Options, readOptions } from './config.ts';

/** Runs a stand-in until SIGTERM or SIGINT. What keeps it from starting ends the process with status 1 and the reason. */
export async function runStandIn<Flags extends z.ZodRawShape, Variables extends z.ZodRawShape>(
  name: string,
  options: Options<Flags, Variables>,
  start: (given: Given<Flags, Variables>) => Promise<{ readonly url: string; close(): Promise<void> }>,
): Promise<void> {
  try {
    const running = await start(readOptions(options));
    console.log(`${name} listening on ${running.url}`);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.close());
  } catch (error) {
    console.error(`${name} cannot start: ${(error as Error).message}`);
    process.exit(1);
  }
}
