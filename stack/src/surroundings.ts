import { readFileSync } from 'node:fs';
import { type EmulatorAddresses, startEmulators } from './emulators.ts';
import { type Infrastructure, openSite, provideServers } from './infrastructure.ts';
import { freePort } from './ports.ts';
import { type Child, whyItEnded } from './processes/child.ts';
import { NODE_FLAGS, nodeCache } from './processes/node-flags.ts';
import { secretsOf } from './secrets.ts';
import { waitUntil } from './wait.ts';

const READY_MS = 60_000;
const STOP_MS = 10_000;

/** Servers and stand-ins of their own for another system, which a benchmark runs in the place of ours. */
export interface Surroundings extends Infrastructure {
  readonly standIns: EmulatorAddresses;
  /** Where the stand-ins send their webhooks: the system is to listen here. */
  readonly port: number;
  /** What a process of the system is to be told. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a process of it, and waits until it has printed the line `ready`. @throws StackError with its last words */
  start(name: string, file: string, env: Readonly<Record<string, string>>): Promise<void>;
}

export async function startSurroundings(dataDir: string, command: string): Promise<Surroundings> {
  const site = await openSite({ dataDir, ephemeral: true, command });
  const children: Child[] = [];
  try {
    const port = await freePort();
    const [servers, emulators] = await Promise.all([
      provideServers(site),
      startEmulators(site, secretsOf(site.dataDir), port, {}, {}),
    ]);
    const { broker, store } = servers;
    return {
      ...servers,
      standIns: emulators.addresses,
      port,
      env: { ...emulators.env, AMQP_URL: broker.amqpUrl, MONGODB_URI: store.mongodbUri, PORT: `${port}` },
      start: async (name, file, env) => {
        const variables = { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...nodeCache(), ...env };
        const child = site.children.start({
          name,
          command: process.execPath,
          args: [...NODE_FLAGS, file],
          env: variables,
        });
        children.push(child);
        await waitUntil(() => /^ready$/m.test(readFileSync(child.logFile, 'utf8')), {
          what: name,
          timeoutMs: READY_MS,
          everyMs: 50,
          hopeless: () => whyItEnded(child),
        });
      },
      close: async () => {
        await Promise.all(children.map((child) => child.stop(STOP_MS)));
        await servers.close();
        await site.leave();
      },
    };
  } catch (error) {
    await site.leave();
    throw error;
  }
}
