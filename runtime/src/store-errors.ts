import mongoose from 'mongoose';

/** What the store's errors say of it, whoever threw them: MongoDB, the driver, mongoose, or an engine in MongoDB's place. */

interface StoreError extends Error {
  readonly code?: unknown;
  readonly errorResponse?: unknown;
}

/** No server answered, or one that is going down, starting or no primary: it is nobody's fault who asked, and passes. */
export const storeIsAway = (error: unknown): boolean =>
  chainOf(error).some((one) => {
    if (AWAY_NAMES.has(one.name)) return true;
    if (isOfMongoose(one)) return AWAY_WORDS.test(one.message);
    if (!isOfStore(one)) return false;
    return AWAY_CODES.has(one.code) || hasLabel(one) || (saysNoMore(one.code) && POSTGRES_AWAY.test(one.message));
  });

/** The store refused it for what others did at the same moment: the same again may well go through. */
export const isStoreConflict = (error: unknown): boolean =>
  chainOf(error).some(
    (one) =>
      isOfStore(one) && (CONFLICT_CODES.has(one.code) || (saysNoMore(one.code) && POSTGRES_CONFLICT.test(one.message))),
  );

/**
 * Error names of the MongoDB driver and of mongoose that mean "no server", not "bad operation". A client that was closed is one that
 * has no server any more: what is asked of it while its process stops is asked again by whoever gets no answer.
 */
const AWAY_NAMES = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoStalePrimaryError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongooseServerSelectionError',
]);

/** Mongoose's own, of no particular class: before the first connection, and after `close(true)`. */
const AWAY_WORDS = /buffering timed out|before initial connection|force closed/;

/**
 * What a server answers that is no primary any more, goes down, or cannot reach its others (MongoDB's specifications "Server Discovery
 * And Monitoring" and "Retryable Writes"). The driver repeats a write once; an election may take longer.
 */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  64, // WriteConcernTimeout: not enough members have it yet, and it may be lost with the primary
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  261, // TooManyLogicalSessions: an engine that takes no more connections
  262, // ExceededTimeLimit
  9_001, // SocketException
  10_058, // LegacyNotPrimary
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
]);

/** Labels by which a server says that the same may go through elsewhere or later. */
const AWAY_LABELS = ['RetryableWriteError', 'RetryableError', 'SystemOverloadedError'];

const CONFLICT_CODES: ReadonlySet<unknown> = new Set([
  24, // LockTimeout
  43, // CursorNotFound: the server that had it has gone
  46, // LockBusy
  63, // StaleShardVersion
  112, // WriteConflict
  117, // ConflictingOperationInProgress
  150, // StaleEpoch
  246, // SnapshotUnavailable
  276, // IndexBuildAborted
  285, // IndexBuildAlreadyInProgress
  12_587, // BackgroundOperationInProgressForNamespace
  13_388, // StaleConfig
]);

/**
 * Engines on PostgreSQL answer some of its errors with a code that says nothing (InternalError, UnknownError) and its own sentence: class 57P,
 * 08, 53300 and 25006 there.
 */
const saysNoMore = (code: unknown): boolean => code === 1 || code === 8;
const POSTGRES_AWAY =
  /terminating connection|the database system is |connection (terminated|to server|error)|server closed the connection|client was closed|too many clients|connection slots|recovery is in progress|in a read-only transaction|ECONNRE(FUSED|SET)/i;

/** Class 40 and 55P03; two who make the same table or index at once meet in its catalogue. */
const POSTGRES_CONFLICT =
  /deadlock detected|could not serialize|tuple concurrently|lock timeout|could not obtain lock|cache lookup failed/i;

const hasLabel = (error: Error): boolean =>
  error instanceof mongoose.mongo.MongoError && AWAY_LABELS.some((label) => error.hasErrorLabel(label));

const isOfStore = ({ name }: Error): boolean => name.startsWith('Mongo') && !isMongooseName(name);
const isOfMongoose = ({ name }: Error): boolean => isMongooseName(name);
const isMongooseName = (name: string): boolean => name.startsWith('Mongoose');

/** The error, and those that it was made of: the driver dresses a connection that broke as an error of a batch. */
function chainOf(error: unknown): StoreError[] {
  const chain: StoreError[] = [];
  for (let at = error; at instanceof Error && !chain.includes(at); ) {
    const one: StoreError = at;
    chain.push(one);
    at = one.errorResponse instanceof Error ? one.errorResponse : one.cause;
  }
  return chain;
}
