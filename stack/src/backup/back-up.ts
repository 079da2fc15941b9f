import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { archiveName } from '@orderflow/runtime';
import { mongo } from 'mongoose';
import { messageOf, StackError } from '../errors.ts';
import { ROOT } from '../paths.ts';
import type { BrokerState } from './broker-state.ts';
import { type BackedUpCollection, type Manifest, manifestIn, newManifest } from './manifest.ts';
import { readCollection } from './store-files.ts';

export interface BackupOptions {
  readonly mongodbUri: string;
  /** Of the databases' names. */
  readonly prefix: string;
  /** Without it nobody knows whether messages are under way. */
  readonly broker?: BrokerState | undefined;
  /** How often to try for a moment in which nothing moves; 0: read it once, as it moves. */
  readonly tries?: number;
  /** Between the two readings, at least as old as the broker's counts may be. */
  readonly pauseMs?: number;
}

/** RabbitMQ counts the messages of its queues every five seconds. */
const COUNTS_ARE_OLD_MS = 7_000;

/**
 * Copies all databases of a shop into a new folder. A shop that is at rest is read twice: if both find the same, and no message was
 * under way before and after, the backup is of one moment.
 * @throws StackError where the folder is not empty, or there is nothing to back up
 */
export async function backUp(folder: string, options: BackupOptions): Promise<Manifest> {
  const { mongodbUri, prefix, broker, tries = 3, pauseMs = COUNTS_ARE_OLD_MS } = options;
  const at = new Date().toISOString();
  makeFolder(folder);
  const client = await mongo.MongoClient.connect(mongodbUri, { serverSelectionTimeoutMS: 5_000 });
  try {
    let collections: BackedUpCollection[] = [];
    let unsettled: string | undefined = 'it was read once only';
    for (let n = 0; unsettled !== undefined && n < Math.max(1, tries); n++) {
      if (n > 0) await pause(pauseMs);
      collections = await copyAll(client, prefix, folder);
      if (tries > 0) unsettled = await whyUnsettled(client, prefix, collections, broker, pauseMs);
    }
    if (collections.length === 0) throw new StackError(`There is no database whose name begins with ${prefix}.`);
    const settled = unsettled === undefined;
    const manifest = newManifest({
      ...{ at, settled, ...(!settled && { unsettled }), collections, secrets: secretNames() },
      ...(broker && { broker: await copyBroker(folder, broker) }),
    });
    // Last: a folder without it is no backup.
    writeFileSync(manifestIn(folder), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    return manifest;
  } finally {
    await client.close();
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(join(folder, 'store'), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StackError(`${folder} cannot be written: ${messageOf(error)}`);
  }
  const isEmpty = readdirSync(folder).length === 1 && readdirSync(join(folder, 'store')).length === 0;
  if (!isEmpty) throw new StackError(`${folder} is not empty: name a folder for this backup alone.`);
}

async function copyAll(client: mongo.MongoClient, prefix: string, folder: string): Promise<BackedUpCollection[]> {
  const collections: BackedUpCollection[] = [];
  for (const { database, collection, source } of await collectionsOf(client, prefix)) {
    const file = `store/${database}.${encodeURIComponent(collection)}.jsonl.gz`;
    collections.push({ database, collection, file, ...(await readCollection(source, join(folder, file))) });
  }
  return collections;
}

/** Why what was read is not of one moment: the broker is asked for a moment between two readings that find the same. */
async function whyUnsettled(
  client: mongo.MongoClient,
  prefix: string,
  collections: readonly BackedUpCollection[],
  broker: BrokerState | undefined,
  pauseMs: number,
): Promise<string | undefined> {
  if (!broker) return 'nobody asked the broker whether messages are under way';
  await pause(pauseMs);
  const { underWay } = await broker.queued();
  if (underWay > 0) return `${underWay} messages were under way`;
  const now = await collectionsOf(client, prefix);
  if (now.length !== collections.length) return 'a collection was added while it was read';
  for (const [n, { database, collection, source }] of now.entries()) {
    const again = await readCollection(source);
    if (again.sha256 !== collections[n]?.sha256) return `${database}.${collection} changed while it was read`;
  }
  return undefined;
}

/**
 * The gateway's last: the orders, which know most of what the others say, are then the youngest. Archives after what they are of:
 * what moves there meanwhile is in one of the two.
 */
async function collectionsOf(client: mongo.MongoClient, prefix: string) {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  const names = databases.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  const ordered = names.toSorted((a, b) => rankOf(a, prefix) - rankOf(b, prefix) || (a < b ? -1 : 1));
  const found = [];
  for (const name of ordered) {
    const listed = await client.db(name).listCollections({}, { nameOnly: true }).toArray();
    const collections = listed.map((one) => one.name).filter((one) => !one.startsWith('system.'));
    for (const collection of collections.toSorted((a, b) => isArchive(a) - isArchive(b) || (a < b ? -1 : 1)))
      found.push({ database: name.slice(prefix.length), collection, source: client.db(name).collection(collection) });
  }
  return found;
}

const isArchive = (collection: string): number => (collection.startsWith(archiveName('')) ? 1 : 0);
const rankOf = (name: string, prefix: string): number => (name === `${prefix}gateway` ? 1 : 0);

async function copyBroker(folder: string, broker: BrokerState): Promise<NonNullable<Manifest['broker']>> {
  const text = `${JSON.stringify(await broker.definitions(), null, 2)}\n`;
  writeFileSync(join(folder, 'broker.json'), text, { mode: 0o600 });
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { file: 'broker.json', sha256, deadLettered: (await broker.queued()).deadLettered };
}

/** As Kubernetes needs them; the file is generated from the code. */
const secretNames = (): string[] =>
  readFileSync(join(ROOT, 'docker/kubernetes/secrets.env.example'), 'utf8')
    .split('\n')
    .flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
