import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { messageOf, StackError } from '../errors.ts';
import type { BrokerState } from './broker-state.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { fill, readCollection, readFile } from './store-files.ts';

export interface RestoreOptions {
  readonly mongodbUri: string;
  readonly prefix: string;
  readonly broker?: BrokerState | undefined;
  /** Replace what is there. */
  readonly force?: boolean | undefined;
}

/**
 * Fills the databases of a shop, none of whose processes runs, from a backup; its queues are emptied. Every file is checked before
 * anything is written, and every collection afterwards.
 * @throws StackError where a file is not what was backed up, or the shop has documents and `force` is not given
 */
export async function restore(folder: string, options: RestoreOptions): Promise<Manifest> {
  const { mongodbUri, prefix, broker, force = false } = options;
  const manifest = readManifest(folder);
  await checkFiles(folder, manifest);
  const client = await mongo.MongoClient.connect(mongodbUri, { serverSelectionTimeoutMS: 5_000 });
  try {
    await makeRoom(client, prefix, force);
    if (broker) await broker.reset(manifest.broker ? definitionsIn(folder, manifest.broker) : {});
    for (const { database, collection, file, documents, sha256 } of manifest.collections) {
      const target = client.db(`${prefix}${database}`).collection(collection);
      await fill(target, join(folder, file));
      const found = await readCollection(target);
      if (found.documents === documents && found.sha256 === sha256) continue;
      const counts = `${found.documents} documents of ${documents}`;
      throw new StackError(
        `${database}.${collection} is not as it was backed up (${counts}): is a process running on it?`,
      );
    }
    return manifest;
  } finally {
    await client.close();
  }
}

async function checkFiles(folder: string, { collections, broker }: Manifest): Promise<void> {
  for (const { file, documents, sha256 } of collections) {
    const path = join(folder, file);
    if (!existsSync(path)) throw new StackError(`${file} is missing: the backup is not whole.`);
    const found = await readFile(path).catch((error) => {
      throw new StackError(`${file} is damaged: ${messageOf(error)}`);
    });
    if (found.sha256 === sha256 && found.documents === documents) continue;
    throw new StackError(
      `${file} is not what was backed up: its SHA-256 is ${found.sha256}, the manifest says ${sha256}.`,
    );
  }
  if (broker) definitionsIn(folder, broker);
}

function definitionsIn(folder: string, { file, sha256 }: NonNullable<Manifest['broker']>): unknown {
  const path = join(folder, file);
  if (!existsSync(path)) throw new StackError(`${file} is missing: the backup is not whole.`);
  const text = readFileSync(path, 'utf8');
  if (createHash('sha256').update(text).digest('hex') === sha256) return JSON.parse(text);
  throw new StackError(`${file} is not what was backed up: its SHA-256 is another than the manifest says.`);
}

async function makeRoom(client: mongo.MongoClient, prefix: string, force: boolean): Promise<void> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  for (const { name } of databases.filter((one) => one.name.startsWith(prefix))) {
    const database = client.db(name);
    if (!force) {
      const listed = await database.listCollections({}, { nameOnly: true }).toArray();
      for (const { name: collection } of listed.filter((one) => !one.name.startsWith('system.'))) {
        if ((await database.collection(collection).findOne({}, { projection: { _id: 1 } })) === null) continue;
        throw new StackError(
          `${name}.${collection} has documents: --force replaces all databases that begin with ${prefix}.`,
        );
      }
    }
    await database.dropDatabase();
  }
}
