import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gauge, type Registry } from 'prom-client';

/** A named condition of readiness: true, or what is wrong. */
export type Check = () => boolean | string;

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What readiness looks like now: `{ ready, checks: { broker: 'ok', … } }`. */
export function readiness(checks: ReadonlyMap<string, Check>): { ready: boolean; checks: Record<string, string> } {
  const results = [...checks].map(([name, check]) => [name, check()] as const);
  return {
    ready: results.every(([, result]) => result === true),
    checks: Object.fromEntries(results.map(([name, result]) => [name, result === true ? 'ok' : result || 'not ready'])),
  };
}

/** Readiness for those who watch: 1 or 0 for each check, as it is when they look. */
function exposeChecks(checks: ReadonlyMap<string, Check>, registry: Registry): void {
  new Gauge({
    name: 'orderflow_ready',
    help: '1 while this condition of readiness holds',
    labelNames: ['check'],
    registers: [registry],
    collect() {
      for (const [check, holds] of checks) this.set({ check }, holds() === true ? 1 : 0);
    },
  });
}

/** Serves `/health/live`, `/health/ready` (503 with the reasons until all checks hold) and `/metrics`. Port 0 takes a free one. */
export async function startHealthServer(
  address: { host: string; port: number },
  checks: ReadonlyMap<string, Check>,
  registry: Registry,
): Promise<HealthServer> {
  exposeChecks(checks, registry);
  const server = createServer(async (request, response) => {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/health/live') return json(200, { live: true });
    if (request.url === '/health/ready') {
      const state = readiness(checks);
      return json(state.ready ? 200 : 503, state);
    }
    if (request.url === '/metrics') {
      return response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    }
    return json(404, { error: 'Not found. Here are /health/live, /health/ready and /metrics.' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address.port, address.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
