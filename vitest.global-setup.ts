import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Infrastructure } from './runtime/testing/index.ts';
import { consoleReport, inMemory, provideChromium, startInfrastructure, temporaryDataDir } from './stack/src/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly chromium: string | undefined;
  }
}

interface Shared {
  readonly provided: Infrastructure;
  readonly logs: string;
  close(): Promise<void>;
}

// Each project that asks loads this file anew; one broker, cache and store serve them all.
const shared = globalThis as { orderflowInfrastructure?: { users: number; started: Promise<Shared> } };

/** Runs before the first spec of a project that needs servers; what it returns runs after the last, also on failure. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.orderflowInfrastructure ??= { users: 0, started: start() };
  const infrastructure = shared.orderflowInfrastructure;
  infrastructure.users += 1;
  const { provided, close, logs } = await infrastructure.started;
  project.provide('infrastructure', provided);
  if (project.name === 'e2e') {
    const children = { logFile: (name: string) => join(logs, `${name}.log`) };
    project.provide('chromium', await provideChromium({ report: consoleReport(), children }));
  }
  return async () => {
    infrastructure.users -= 1;
    if (infrastructure.users > 0) return;
    delete shared.orderflowInfrastructure;
    await close();
  };
}

async function start(): Promise<Shared> {
  const data = await temporaryDataDir(inMemory());
  try {
    const { broker, cache, store, close } = await startInfrastructure({
      dataDir: data.path,
      ephemeral: true,
      command: 'test',
    });
    return {
      logs: join(data.path, 'logs'),
      provided: {
        amqpUrl: broker.amqpUrl,
        managementUrl: broker.managementUrl,
        redisUrl: cache.redisUrl,
        mongodbUri: store.mongodbUri,
      },
      close: async () => {
        await close();
        data.delete();
      },
    };
  } catch (error) {
    data.delete();
    throw error;
  }
}
