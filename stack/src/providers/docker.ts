import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { StackError } from '../errors.ts';
import { run } from './exec.ts';
import type { Site } from './provider.ts';

const COMPOSE_FILE = fileURLToPath(new URL('./compose.yaml', import.meta.url));
const ENGINE_ANSWERS_WITHIN_MS = 3_000;
const PULL_AND_START_MS = 10 * 60_000;
const STOP_MS = 60_000;

let engine: Promise<boolean> | undefined;

/** Whether a Docker engine with Compose answers; the client alone is not enough. Asked once. */
export function hasDockerEngine(): Promise<boolean> {
  engine ??= (async () => {
    const options = { timeoutMs: ENGINE_ANSWERS_WITHIN_MS };
    const info = await run('docker', ['info', '--format', '{{.ServerVersion}}'], options);
    return info.ok && (await run('docker', ['compose', 'version'], options)).ok;
  })();
  return engine;
}

/** One service of the infrastructure's compose file, with its ports given as variables. */
export function composeService(site: Site, service: string, ports: Readonly<Record<string, string>>) {
  const project = `orderflow-${createHash('sha256').update(site.dataDir).digest('hex').slice(0, 8)}`;
  const env = { ...process.env, ...ports };
  const compose = async (timeoutMs: number, ...args: string[]) => {
    const result = await run('docker', ['compose', '-p', project, '-f', COMPOSE_FILE, ...args], { timeoutMs, env });
    if (result.ok) return;
    const reason = result.output.trim().split('\n').at(-1) ?? '';
    throw new StackError(`docker compose ${args[0]} ${service}: ${reason}`);
  };
  return {
    start: () => compose(PULL_AND_START_MS, 'up', '-d', '--wait', service),
    stop: async () => {
      await compose(STOP_MS, 'stop', service);
      if (site.ephemeral) await compose(STOP_MS, 'rm', '-f', '-v', service);
    },
  };
}
