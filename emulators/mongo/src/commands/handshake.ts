import { hostname } from 'node:os';
import type { Doc } from '../bson/codec.ts';
import { maxDocumentBytes } from '../storage/collection.ts';
import { maxMessageBytes } from '../wire/frame.ts';
import type { Command } from './command.ts';

/** MongoDB 8.0's wire version, and what this stand-in models. */
const maxWireVersion = 25;
const version = '8.0.0';

/** A standalone: drivers then neither retry writes nor start transactions, and ask for nothing that needs a replica set. */
export const hello: Command = (command, { connectionId }) => ({
  ...('hello' in command ? { isWritablePrimary: true } : { ismaster: true, helloOk: true }),
  maxBsonObjectSize: maxDocumentBytes,
  maxMessageSizeBytes: maxMessageBytes,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId,
  minWireVersion: 0,
  maxWireVersion,
  readOnly: false,
  ok: 1,
});

export const ping: Command = () => ({ ok: 1 });

/** Says what it is, for people and programs that ask. */
export const buildInfo: Command = () => ({
  version,
  versionArray: version.split('.').map(Number).concat(0),
  gitVersion: 'orderflow-emulator-mongo',
  modules: ['orderflow-emulator-mongo'],
  standIn: true,
  notice: 'A stand-in for MongoDB for development. Not MongoDB, and not for production.',
  bits: 64,
  debug: false,
  maxBsonObjectSize: maxDocumentBytes,
  storageEngines: ['journal'],
  ok: 1,
});

export const hostInfo: Command = () => ({
  system: { currentTime: new Date(), hostname: hostname(), cpuAddrSize: 64 },
  os: { type: process.platform, name: process.platform, version: '' },
  extra: {},
  ok: 1,
});

export const connectionStatus: Command = () => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } satisfies Doc,
  ok: 1,
});

export const getParameter: Command = () => ({ featureCompatibilityVersion: { version: '8.0' }, ok: 1 });

export const serverStatus: Command = (_command, { startedAt }) => ({
  host: hostname(),
  version,
  process: 'orderflow-emulator-mongo',
  pid: process.pid,
  uptime: (Date.now() - startedAt.getTime()) / 1000,
  localTime: new Date(),
  ok: 1,
});

export const whatsmyuri: Command = () => ({ you: '127.0.0.1:0', ok: 1 });
export const getLog: Command = () => ({ totalLinesWritten: 0, log: [], ok: 1 });
export const done: Command = () => ({ ok: 1 });
