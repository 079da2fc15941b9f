import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apiClient, startSurroundings, temporaryDataDir, wellStocked } from '@orderflow/stack';
import { control, orderInput, startShop } from './shop.ts';

/** A system that takes orders, with servers and stand-ins of its own. */
export interface System {
  /** Places the n-th order; its id. */
  place(nth: number): Promise<string>;
  readonly addresses: Readonly<Record<'amqp' | 'rabbitmq' | 'mongodb', string>> &
    Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

const BENCH = join(import.meta.dirname, '..');
const SERVICES = ['inventory', 'payment', 'order-process', 'delivery', 'notification', 'gateway'];

/** What can be measured side by side, by name. */
export const contenders: Readonly<Record<string, () => Promise<System>>> = {
  orderflow: startOrderflow,
  floor: () => startPeer('floor', (service) => join(BENCH, 'floor', `${service}.ts`)),
  nestjs: async () => {
    buildNestjs();
    return startPeer('nestjs', (service) => join(BENCH, 'nestjs/dist', `${service}.js`));
  },
};

async function startOrderflow(): Promise<System> {
  const { stack, skus, close } = await startShop();
  // Parcels wait there: the way to confirmed is what is measured.
  await control(stack.addresses.carrier, { hold: true });
  const { orders } = apiClient(stack.addresses.api, await stack.token({ customer: 'bench' }));
  return {
    place: async (nth) => (await orders.place.mutate(orderInput(skus, nth))).order.id,
    addresses: { ...stack.addresses },
    close,
  };
}

async function startPeer(name: string, fileOf: (service: string) => string): Promise<System> {
  const data = await temporaryDataDir();
  const { skus, file } = wellStocked(data.path);
  const around = await startSurroundings(data.path, `bench ${name}`);
  const close = async () => {
    await around.close();
    data.delete();
  };
  try {
    const env = { ...around.env, DATABASE_PREFIX: `${name}_`, CATALOGUE_SEED: file };
    await Promise.all(SERVICES.map((service) => around.start(service, fileOf(service), env)));
    await control(around.standIns.carrier, { hold: true });
  } catch (error) {
    await close();
    throw error;
  }
  const { broker, store, standIns, port } = around;
  return {
    place: async (nth) => {
      const body = JSON.stringify(orderInput(skus, nth));
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { order: { id: string } }).order.id;
    },
    addresses: { ...standIns, amqp: broker.amqpUrl, rabbitmq: broker.managementUrl, mongodb: store.mongodbUri },
    close,
  };
}

/** Its packages are no part of our installation: they come when it is measured for the first time. */
function buildNestjs(): void {
  const folder = join(BENCH, 'nestjs');
  const modules = join(folder, 'node_modules/.modules.yaml');
  const options: ExecFileSyncOptions = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
  const installedFor = existsSync(modules) ? statSync(modules).mtimeMs : 0;
  if (installedFor < statSync(join(folder, 'pnpm-lock.yaml')).mtimeMs) {
    console.error('Installing what the NestJS system needs');
    execFileSync('pnpm', ['install', '--ignore-workspace', '--frozen-lockfile'], options);
  }
  execFileSync('tsc', ['-p', '.'], options);
}
