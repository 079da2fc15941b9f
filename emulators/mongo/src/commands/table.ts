import type { Doc } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { aggregate } from './aggregate.ts';
import { bulkWrite } from './bulk-write.ts';
import * as collections from './collections.ts';
import type { Command, Context } from './command.ts';
import * as reads from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import * as handshake from './handshake.ts';
import * as indexes from './indexes.ts';
import * as writes from './write.ts';

const commands: Record<string, Command> = {
  hello: handshake.hello,
  isMaster: handshake.hello,
  ismaster: handshake.hello,
  ping: handshake.ping,
  buildInfo: handshake.buildInfo,
  buildinfo: handshake.buildInfo,
  hostInfo: handshake.hostInfo,
  connectionStatus: handshake.connectionStatus,
  getParameter: handshake.getParameter,
  serverStatus,
  whatsmyuri: handshake.whatsmyuri,
  getLog: handshake.getLog,
  startSession: handshake.done,
  endSessions: handshake.done,
  refreshSessions: handshake.done,
  killSessions: handshake.done,
  killAllSessions: handshake.done,
  fsync: handshake.done,
  find: reads.find,
  getMore: reads.getMore,
  killCursors: reads.killCursors,
  count: reads.count,
  distinct: reads.distinct,
  aggregate,
  insert: writes.insert,
  update: writes.update,
  delete: writes.remove,
  bulkWrite,
  findAndModify,
  findandmodify: findAndModify,
  create: collections.create,
  drop: collections.drop,
  dropDatabase: collections.dropDatabase,
  renameCollection: collections.renameCollection,
  listCollections: collections.listCollections,
  listDatabases: collections.listDatabases,
  collStats: collections.collStats,
  dbStats: collections.dbStats,
  createIndexes: indexes.createIndexes,
  listIndexes: indexes.listIndexes,
  dropIndexes: indexes.dropIndexes,
  deleteIndexes: indexes.dropIndexes,
};

/** How often each command was run, as `serverStatus` has it under `metrics.commands`. */
const runs = new Map<string, number>();

function serverStatus(command: Doc, context: Context): Doc {
  const counted = [...runs].map(([name, total]) => [name, { failed: 0, total }]);
  return { ...handshake.serverStatus(command, context), metrics: { commands: Object.fromEntries(counted) } };
}

/** Finds and runs the command that a document's first field names. */
export function run(command: Doc, context: Context): Doc {
  const name = Object.keys(command)[0] ?? '';
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!found) fail('CommandNotFound', `no such command: '${name}'`);
  if ('startTransaction' in command || command.autocommit === false) {
    fail('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos');
  }
  runs.set(name, (runs.get(name) ?? 0) + 1);
  return found(command, context);
}
