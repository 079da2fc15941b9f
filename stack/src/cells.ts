import { givenCountries } from './config.ts';
import { messageOf, StackError } from './errors.ts';
import { type OpenSite, openSite, provideServers } from './infrastructure.ts';
import { accepts, freePort, portNear } from './ports.ts';
import { cellDirOf } from './processes/run-record.ts';
import { regionNumbers } from './region-numbers.ts';
import type { Report } from './report.ts';
import { shareSecrets } from './secrets.ts';
import { type Stack, type StackOptions, startStack } from './stack.ts';

export interface CellsOptions extends StackOptions {
  /** Names of regions, each with a cell of its own; the first one has the shop, and every country that is no other's. */
  readonly regions: readonly string[];
}

/** Several cells on one machine: they share the servers, each with a virtual host and databases of its own. */
export interface RunningCells {
  readonly dataDir: string;
  /** By region, in the order in which they were named. */
  readonly cells: ReadonlyMap<string, Stack>;
  /** A region's cell. @throws StackError when there is none */
  cell(region: string): Stack;
  close(): Promise<void>;
}

const REGION = /^[a-z0-9-]{1,15}$/;
const GATEWAY_PORT = 4_000;

/** @throws StackError naming the region at fault */
function checkRegions(regions: readonly string[]): void {
  const bad = regions.find((region) => !REGION.test(region));
  if (bad !== undefined)
    throw new StackError(`--region is ${bad}; it must be 1 to 15 small letters, digits and -, e.g. eu-1.`);
  const twice = regions.find((region, index) => regions.indexOf(region) !== index);
  if (twice !== undefined) throw new StackError(`--region ${twice} is there twice.`);
}

/** Starts a cell for each region. @throws StackError with what to do, having stopped everything */
export async function startCells(options: CellsOptions): Promise<RunningCells> {
  const { regions, ephemeral } = options;
  checkRegions(regions);
  const ports = await gatewayPorts(options);
  const site = await openSite(options);
  const started: Stack[] = [];
  const stop = async (close: () => Promise<void>) => {
    await Promise.all(started.map((cell) => cell.close()));
    await close();
    await site.leave();
  };
  let closeServers = async () => {};
  try {
    const servers = await provideServers(site, options.given, { loadBalancer: (options.scale?.gateway ?? 1) > 1 });
    closeServers = servers.close;
    const numbers = regionNumbers(site.dataDir, regions);
    const variables = {
      REGIONS: regions.map((name, index) => `${name}:${numbers.get(name)}=http://127.0.0.1:${ports[index]}`).join(','),
      REGION_COUNTRIES: givenCountries() ?? countriesOf(regions),
      ...(options.webPort !== undefined && { SHOP_URL: `http://127.0.0.1:${options.webPort}` }),
    };
    const start = async (region: string, more: Partial<StackOptions> = {}) => {
      const cell = await startStack({
        ...cellOptions(options, site, region),
        servers: { ...servers, close: async () => {} },
        port: ports[regions.indexOf(region)] as number,
        env: { ...variables, ...options.env, REGION: region },
        ...more,
      });
      started.push(cell);
      return [region, cell] as const;
    };
    const { webPort } = options;
    const home = webPort === undefined ? undefined : regions[0];
    const others = await allOf(regions.filter((region) => region !== home).map((region) => start(region)));
    // The shop shows what a bank asks, whichever region the order is in, so its cell starts when the others' pages are known.
    const frameOrigins = others.flatMap(([, { addresses }]) => addresses.stripe ?? []);
    const withShop = home !== undefined && webPort !== undefined ? [await start(home, { webPort, frameOrigins })] : [];
    const cells = new Map([...withShop, ...others]);
    site.run.addresses({ cells: [...cells.keys()] });
    return {
      dataDir: site.dataDir,
      cells,
      cell: (region) => {
        const found = cells.get(region);
        if (found) return found;
        throw new StackError(`No region is called "${region}"; there are ${regions.join(', ')}.`);
      },
      close: () => stop(servers.close),
    };
  } catch (error) {
    await stop(closeServers).catch((failure) => site.report.warn(messageOf(failure)));
    throw error;
  }

  async function gatewayPorts({ port }: CellsOptions): Promise<number[]> {
    if (port !== undefined && (await accepts(port)))
      throw new StackError(`Port ${port} is taken: stop what listens there or set another PORT.`);
    const chosen: number[] = [];
    for (const index of regions.keys()) {
      if (index === 0 && port !== undefined) chosen.push(port);
      else chosen.push(ephemeral ? await freePort() : await portNear(GATEWAY_PORT + index));
    }
    return chosen;
  }
}

/** Waits for all of them, also where one fails: what has started is to be stopped. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Everything of a cell but the servers is its own, also its directory, with which each command works as with any stack's. */
function cellOptions(options: CellsOptions, { dataDir, report }: OpenSite, region: string): StackOptions {
  const { regions: _, port: __, webPort: ___, given: ____, vhost, databasePrefix = 'orderflow_', ...rest } = options;
  const own = cellDirOf(dataDir, region);
  shareSecrets(dataDir, own);
  return {
    ...rest,
    dataDir: own,
    vhost: vhost === undefined ? region : `${vhost}-${region}`,
    keepVhost: vhost === undefined,
    databasePrefix: `${databasePrefix}${region.replaceAll('-', '_')}_`,
    report: named(report, region),
  };
}

/** A region that is called by a country's code sells there: `us-1` to the US. */
function countriesOf(regions: readonly string[]): string {
  const taken = new Map<string, string>();
  for (const region of regions) {
    const [, code] = /^([a-z]{2})(-|$)/.exec(region) ?? [];
    if (code !== undefined && !taken.has(code)) taken.set(code, region);
  }
  return [...taken].map(([code, region]) => `${region}=${code.toUpperCase()}`).join(',');
}

/** Cells start beside each other: each line says whose it is. */
function named(report: Report, region: string): Report {
  return {
    line: (text) => report.line(`${region}: ${text}`),
    warn: (text) => report.warn(`${region}: ${text}`),
    step: async (text, work, done) => {
      if (!done) report.line(`${region}: ${text}`);
      const result = await work();
      if (done) report.line(`${region}: ${done(result)}`);
      return result;
    },
  };
}
