import mongoose from 'mongoose';
import { describe, expect, test } from 'vitest';
import { classify, dependencyAtFault } from './errors.ts';
import { isStoreConflict, storeIsAway } from './store-errors.ts';

const { mongo, MongooseError } = mongoose;
const { MongoServerError, MongoBulkWriteError, MongoWriteConcernError } = mongo;
const answered = (code: number, message = 'not this time') => new MongoServerError({ message, code });
const named = (name: string) => Object.assign(new Error('of the driver'), { name });
const ofMany = (given: object) => new MongoBulkWriteError(given as never, {} as never);

const AWAY: readonly [what: string, error: Error][] = [
  ['no connection', new mongo.MongoNetworkError('read ECONNRESET')],
  ['no answer', new mongo.MongoNetworkTimeoutError('connection timed out', {} as never)],
  ['no server to choose', new mongo.MongoServerSelectionError('Server selection timed out', {} as never)],
  ['no connection yet', new mongo.MongoNotConnectedError('Client must be connected')],
  ['a client that was closed', new mongo.MongoTopologyClosedError('Topology is closed')],
  ['a client that is being closed', named('MongoClientClosedError')],
  ['a pool that was cleared', named('MongoPoolClearedError')],
  ['a pool that was cleared for its network', named('PoolClearedOnNetworkError')],
  ['a pool that was closed', named('MongoPoolClosedError')],
  ['a primary of an earlier term', named('MongoStalePrimaryError')],
  ['mongoose without a first connection', new MongooseError('Operation `a.findOne()` buffering timed out after 1ms')],
  ['mongoose not holding back', new MongooseError('Cannot call `a.findOne()` before initial connection is complete')],
  ['a connection that was closed with force', new MongooseError('Connection was force closed')],
  ['HostUnreachable', answered(6)],
  ['NetworkTimeout', answered(89)],
  ['ShutdownInProgress', answered(91)],
  ['PrimarySteppedDown', answered(189)],
  ['ExceededTimeLimit', answered(262)],
  ['SocketException', answered(9_001)],
  ['NotWritablePrimary', answered(10_107)],
  ['InterruptedAtShutdown', answered(11_600)],
  ['InterruptedDueToReplStateChange', answered(11_602)],
  ['NotPrimaryNoSecondaryOk', answered(13_435)],
  ['NotPrimaryOrSecondary', answered(13_436)],
  ['a code of tomorrow, which the server says may be tried again', labelled('RetryableWriteError')],
  ['a server that has too much to do', labelled('SystemOverloadedError')],
  ['a batch of which nothing was written', ofMany({ message: 'stepped down', code: 189, writeErrors: [] })],
  ['a batch whose connection broke', ofMany(new mongo.MongoNetworkError('read ECONNRESET'))],
  ['a write that a majority has not', concern(64)],
  ['a write that the primary took, and went', concern(91)],
  ['a batch that a majority has not', ofMany({ message: 'too few', code: 64 })],
  ['PostgreSQL that is stopped (57P01)', answered(8, 'terminating connection due to administrator command')],
  [
    '… of which a process died (57P02)',
    answered(1, 'terminating connection because of crash of another server process'),
  ],
  ['… that starts (57P03)', answered(8, 'the database system is starting up')],
  ['… that is stopping (57P03)', answered(8, 'the database system is shutting down')],
  ['… that recovers (57P03)', answered(1, 'the database system is in recovery mode')],
  ['… that has gone (08006)', answered(8, 'Connection terminated unexpectedly')],
  ['… that nobody reaches (08001)', answered(8, 'connect ECONNREFUSED 127.0.0.1:5432')],
  ['… whose client is of no use', answered(8, 'Client has encountered a connection error and is not queryable')],
  ['… whose client was closed', answered(8, 'Client was closed and is not queryable')],
  ['… that takes no more (53300)', answered(8, 'sorry, too many clients already')],
  ['… that is no primary (25006)', answered(8, 'cannot execute INSERT in a read-only transaction')],
  ['any of them as the cause of another', new Error('accounts', { cause: answered(189) })],
];

const CONFLICTS: readonly [what: string, error: Error][] = [
  ['LockTimeout', answered(24)],
  ['CursorNotFound', answered(43)],
  ['WriteConflict', answered(112)],
  ['ConflictingOperationInProgress', answered(117)],
  ['IndexBuildAborted', answered(276)],
  ['BackgroundOperationInProgressForNamespace', answered(12_587)],
  ['a deadlock on PostgreSQL (40P01)', answered(8, 'deadlock detected')],
  ['… a serialization failure (40001)', answered(8, 'could not serialize access due to concurrent update')],
  ['… two at one row of its catalogue', answered(8, 'tuple concurrently updated')],
  ['… a lock that is taken (55P03)', answered(8, 'canceling statement due to lock timeout')],
];

const NEITHER: readonly [what: string, error: unknown][] = [
  ['a document that was refused', answered(11_000, 'E11000 duplicate key error')],
  ['… for what it says', answered(121, 'the database system is starting up')],
  ['a bad operation', answered(2, 'deadlock detected')],
  ['an engine’s own bug', answered(8, 'unexpected field')],
  ['an index that is there with other options', answered(85)],
  ['a wrong password', answered(18)],
  ['the code of somebody else', Object.assign(new Error('of a shell'), { code: 91 })],
  ['the sentence of somebody else', new Error('terminating connection')],
  ['mongoose’s own word on a document', new MongooseError('Cast to string failed')],
  ['nothing', undefined],
];

describe('a store that is away or has no primary', () => {
  test.each(AWAY)('is no fault of what was asked: %s', (_, error) => {
    expect([storeIsAway(error), isStoreConflict(error)]).toEqual([true, false]);
    expect([dependencyAtFault(error), classify(error)]).toEqual(['mongodb', 'dependency']);
  });
});

describe('a store in which others did something at the same moment', () => {
  test.each(CONFLICTS)('is not away, and the same may be asked again: %s', (_, error) => {
    expect([storeIsAway(error), isStoreConflict(error)]).toEqual([false, true]);
    expect([dependencyAtFault(error), classify(error)]).toEqual([undefined, 'transient']);
  });
});

test.each(NEITHER)('what would fail again is neither: %s', (_, error) => {
  expect([storeIsAway(error), isStoreConflict(error)]).toEqual([false, false]);
});

function labelled(label: string): Error {
  return new MongoServerError({ message: 'not this time', code: 99_999, errorLabels: [label] });
}

function concern(code: number): Error {
  return new MongoWriteConcernError({ ok: 1, writeConcernError: { code, errmsg: 'not this time' } } as never);
}
