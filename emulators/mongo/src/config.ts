import { parseArgs } from 'node:util';
import type { MongoOptions } from './server.ts';

/** The command line: `--host 127.0.0.1 --port 27018 --data DIR`. Throws with what it got and what it wants. */
export function parseConfig(args: string[]): MongoOptions {
  const { values } = parseArgs({
    args,
    options: { host: { type: 'string' }, port: { type: 'string' }, data: { type: 'string' } },
  });
  const port = Number(values.port ?? 0);
  if (!/^\d*$/.test(values.port ?? '') || port > 65_535)
    throw new Error(`--port is ${values.port}, it wants a number from 0 (any free port) to 65535`);
  return {
    port,
    ...(values.host !== undefined && { host: values.host }),
    ...(values.data !== undefined && { dataDir: values.data }),
  };
}

/** MONGODB_PARITY_URI: another engine to run the parity specs against as well; unset, they check this one alone. */
export function parityUri(): string | undefined {
  const uri = process.env.MONGODB_PARITY_URI;
  if (uri !== undefined && !uri.startsWith('mongodb'))
    throw new Error(`MONGODB_PARITY_URI is ${uri}, it wants a mongodb:// address`);
  return uri;
}
