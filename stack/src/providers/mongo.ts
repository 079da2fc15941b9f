import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenAddresses } from '../config.ts';
import { StackError } from '../errors.ts';
import { ROOT } from '../paths.ts';
import { accepts, freePort, portNear } from '../ports.ts';
import { findBinary } from '../processes/binaries.ts';
import { type Child, whyItEnded } from '../processes/child.ts';
import type { ChildRequest } from '../processes/children.ts';
import { NODE_FLAGS, nodeCache } from '../processes/node-flags.ts';
import { watch } from '../processes/watched.ts';
import { waitUntil } from '../wait.ts';
import { composeService, hasDockerEngine } from './docker.ts';
import { downloadedMongod } from './mongod-download.ts';
import { type Site, type Store, untouched } from './provider.ts';

const READY_MS = 60_000;
const STOP_MS = 15_000;
const EMULATOR = join(ROOT, 'emulators/mongo/src/main.ts');

/** MongoDB: the user's, else in Docker, else a local or downloaded mongod, else the embedded stand-in. */
export async function provideStore(given: GivenAddresses, site: Site): Promise<Store> {
  if (given.mongodbUri) {
    return { source: 'environment', how: 'given by MONGODB_URI', mongodbUri: given.mongodbUri, ...untouched };
  }
  const port = await (site.ephemeral ? freePort() : portNear(27_017));
  if (await hasDockerEngine()) return dockerStore(port, site);
  const mongod = findBinary('mongod') ?? (await downloadedMongod(site.report));
  return mongod ? mongodStore(mongod, port, site) : emulatorStore(port, site);
}

async function dockerStore(port: number, site: Site): Promise<Store> {
  const service = composeService(site, 'mongo', { MONGO_PORT: `${port}` });
  await service.start();
  return { source: 'docker', how: 'in Docker', mongodbUri: uriOf(port), ...service };
}

/** A single-node replica set. The member is reached directly, so its host name never has to resolve. */
async function mongodStore(mongod: string, port: number, site: Site): Promise<Store> {
  const folder = dataFolder(site, 'mongod');
  const set = 'orderflow';
  const args = ['--dbpath', folder, '--port', `${port}`, '--bind_ip', '127.0.0.1', '--replSet', set];
  const request = { name: 'mongo', command: mongod, args, env: { PATH: process.env.PATH ?? '', HOME: folder } };
  const server = await childServer(request, port, site, () => initiate(port, set));
  return { source: 'local', how: `private, from ${mongod}`, mongodbUri: uriOf(port), ...server };
}

async function emulatorStore(port: number, site: Site): Promise<Store> {
  if (!existsSync(EMULATOR)) {
    throw new StackError('No MongoDB here: start one and set MONGODB_URI, or install mongod.');
  }
  const args = [
    ...NODE_FLAGS,
    EMULATOR,
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--data',
    dataFolder(site, 'mongo'),
  ];
  const env = { PATH: process.env.PATH ?? '', ...nodeCache() };
  const server = await childServer({ name: 'mongo', command: process.execPath, args, env }, port, site);
  const how = 'our embedded stand-in for development (no Docker engine, no mongod, no download)';
  return { source: 'emulator', how, mongodbUri: uriOf(port), ...server };
}

const uriOf = (port: number): string => `mongodb://127.0.0.1:${port}/?directConnection=true`;

function dataFolder(site: Site, name: string): string {
  const folder = join(site.dataDir, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A child that can be stopped and started again, ready when its port accepts and `prepare` has succeeded. */
async function childServer(
  request: ChildRequest,
  port: number,
  site: Site,
  prepare: () => Promise<unknown> = async () => {},
) {
  let child: Child | undefined;
  const start = async () => {
    if (child) return;
    const started = site.children.start(request);
    child = started;
    const wait = { what: 'MongoDB', timeoutMs: READY_MS, everyMs: 50, hopeless: () => whyItEnded(started) };
    await waitUntil(() => accepts(port), wait);
    await waitUntil(() => prepare().then(() => true), wait);
    const again = () => {
      child = undefined;
      return start();
    };
    watch(site, started, () => child === started, again);
  };
  const stop = async () => {
    const running = child;
    child = undefined;
    await running?.stop(STOP_MS);
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { start, stop };
}

async function initiate(port: number, set: string): Promise<void> {
  const { default: mongoose } = await import('mongoose');
  const client = new mongoose.mongo.MongoClient(uriOf(port), { serverSelectionTimeoutMS: 2_000 });
  try {
    const admin = client.db('admin');
    const config = { _id: set, members: [{ _id: 0, host: `127.0.0.1:${port}` }] };
    await admin.command({ replSetInitiate: config }).catch((error: { codeName?: string }) => {
      if (error.codeName !== 'AlreadyInitialized') throw error;
    });
    const hello = await admin.command({ hello: 1 });
    if (!hello.isWritablePrimary) throw new Error('not primary yet');
  } finally {
    await client.close();
  }
}
