import { setPriority } from 'node:os';
import { join } from 'node:path';
import { messageOf, StackError } from './errors.ts';
import { ROOT } from './paths.ts';
import { whyItEnded } from './processes/child.ts';
import { type Supervised, supervise } from './processes/supervised.ts';
import type { Site } from './providers/provider.ts';

/** The storefront. It needs nothing but a gateway, and nothing needs it: it builds and starts beside the system. */
export interface Shop {
  /** Where customers see it, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly process: Supervised;
  /** Resolves when pages are served. @throws StackError when it could not be built or started */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

export interface ShopSettings {
  readonly url: string;
  readonly gatewayUrl: string;
  /** Vouches at the gateway for the visitors' addresses. */
  readonly webSecret: string;
  readonly restart: boolean;
  /** Stand-ins whose pages the shop may show in a frame: a bank's challenge. */
  readonly frameOrigins: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The system's own processes go first on a machine with few cores. */
const LOW_PRIORITY = 10;

/** Starts the storefront's server as soon as it is built. Returns at once. @param built as `buildShop` gives it */
export function startShop(site: Site, settings: ShopSettings, built: Promise<void>): Shop {
  const { url, gatewayUrl, webSecret, restart, frameOrigins, env } = settings;
  let stopped = false;
  const { hostname, port } = new URL(url);
  const server = supervise(site.children, {
    request: {
      name: 'web',
      command: process.execPath,
      args: [join(ROOT, 'web/src/main.ts')],
      env: {
        ...environment(),
        NODE_ENV: 'production',
        HOST: hostname,
        PORT: port,
        SHOP_URL: url,
        GATEWAY_URL: gatewayUrl,
        WEB_SECRET: webSecret,
        FRAME_ORIGINS: frameOrigins.join(' '),
        ...env,
      },
    },
    readyUrl: `${url}/health/ready`,
    restart,
    onUnexpectedEnd: (why) => site.report.warn(why),
  });
  const ready = built.then(async () => {
    if (!stopped) await server.start();
  });
  // Whoever waits for it hears of it; nobody has to.
  ready.catch(() => {});
  return {
    url,
    process: server,
    ready,
    stop: async () => {
      stopped = true;
      await server.stop();
    },
  };
}

/** Builds the storefront, unless it is as it was built last. It waits for nothing. @throws StackError */
export async function buildShop(site: Site): Promise<void> {
  const child = site.children.start({
    name: 'web-build',
    command: join(ROOT, 'node_modules/.bin/turbo'),
    args: ['run', 'build', '--filter=@orderflow/web', '--output-logs=errors-only'],
    env: { ...environment(), TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1' },
  });
  try {
    setPriority(child.identity.pid, LOW_PRIORITY);
  } catch (error) {
    site.report.warn(`The storefront is built with ordinary priority: ${messageOf(error)}`);
  }
  const { code } = await child.exited;
  if (code !== 0) throw new StackError(`The storefront could not be built: it ${whyItEnded(child)}`);
}

/** Variables of a test run or of other processes would change what is built and served. */
const environment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PORT|HOST|NODE_OPTIONS|NODE_ENV|VITEST.*|TEST|CI)$/.test(name)),
  );
