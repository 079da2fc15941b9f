import { setTimeout as pause } from 'node:timers/promises';
import { topologyOf, type WorkerDefinition } from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { archiveIn } from './archive.ts';
import { archiveAfterDays, startArchiver } from './archiver.ts';
import { type AtStart, startingWith } from './at-start.ts';
import { limitBatches } from './batches.ts';
import { identityIn } from './broker/address.ts';
import { connectBroker } from './broker/connection.ts';
import { createPublisher, type Publisher } from './broker/publisher.ts';
import { declare } from './broker/topology.ts';
import { circuitBoard } from './circuit-board.ts';
import { startCompactor } from './compactor.ts';
import { ConfigError, type ProcessConfig, type WorkerConfig } from './config.ts';
import { errorMessage } from './errors.ts';
import { type Check, startHealthServer } from './health.ts';
import { makeCollection } from './indexes.ts';
import { createLog, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { noteSettings } from './settings-notice.ts';
import { recordSubscriptions } from './subscriptions.ts';
import { startTelemetry } from './telemetry.ts';
import { type RunningWorker, runWorker, type WorkerParts } from './worker.ts';

/** A process of the system: log, metrics, health, store and broker, all closed in the right order on SIGTERM. */
export interface Service {
  readonly name: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly database: Connection;
  readonly publisher: Publisher;
  readonly checks: Map<string, Check>;
  readonly healthPort: number;
  /** Waits until the store has been reached and its indexes exist. Define the models before. */
  storeReady(): Promise<void>;
  /** What else has to be in the store before the process works. */
  readonly atStart: AtStart;
  /** Consumes the worker's queue until the process is told to stop. */
  run<W extends WorkerDefinition, Deps, State>(
    definition: W,
    parts: WorkerParts<W, Deps, State>,
  ): Promise<RunningWorker>;
  /** Runs before store and broker are closed, last added first. */
  onStop(stop: () => Promise<void>): void;
  /** Drains and closes everything. The process then ends by itself. */
  stop(): Promise<void>;
}

/** How long the store may be away before an operation fails (and the message that needed it is retried). */
const STORE_TIMEOUT_MS = 5_000;
/** A store that took a request and never answers it: above the slowest index or aggregation. */
const STORE_ANSWER_MS = 60_000;
const STORE_RETRY_MS = 1_000;

/**
 * Starts what every process has. Connections are made in the background: readiness says when they are there.
 * @param definition declared before anything is published; its name is the service's
 */
export async function startService(
  definition: WorkerDefinition,
  config: ProcessConfig | WorkerConfig,
): Promise<Service> {
  const { name } = definition;
  const identity = identityIn(config.AMQP_URL, name);
  if (!identity) {
    throw new ConfigError(
      `AMQP_URL signs in as another; it must sign in as a broker user named ${name}, or one that ends in .${name}: facts are believed by the user who published them`,
    );
  }
  const log = createLog(name, config.LOG_LEVEL);
  const metrics = createMetrics(name);
  const stopTelemetry = await startTelemetry(name, config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const stops: (() => Promise<void>)[] = [];

  const store = connectStore(config, name, log, metrics);
  const { database } = store;
  const publishing = connectBroker(config.AMQP_URL, `${name} (publishing)`, log);
  const retryDelaysMs = 'RETRY_DELAYS_MS' in config ? config.RETRY_DELAYS_MS : [];
  const bound = Promise.withResolvers<void>();
  await publishing.onConnect(async (model) => {
    await declare(model, topologyOf(definition, retryDelaysMs));
    bound.resolve();
  });
  const publisher = await createPublisher({ connection: publishing, user: identity.user, log, metrics });

  const checks = new Map<string, Check>([
    ['store', () => store.isReady() || 'not connected to MongoDB'],
    ['broker', () => publisher.unavailable ?? true],
  ]);
  const health = await startHealthServer(
    { host: config.HEALTH_HOST, port: config.HEALTH_PORT },
    checks,
    metrics.registry,
  );
  log.info({ healthPort: health.port }, `${name} started`);

  const storeReady = async () => {
    await store.ready();
    await noteSettings(database, name, config).catch((error) =>
      log.warn({ error: errorMessage(error) }, 'the auditor cannot compare our settings'),
    );
  };
  /** What becomes of a worker's old documents. */
  const startWalkers = (
    { name: by, collection }: WorkerDefinition,
    { COMPACT_AFTER_DAYS: afterDays, COMPACT_PER_SECOND: perSecond }: WorkerConfig,
    archiveAfter: number | undefined,
  ) => {
    if (collection === undefined) return [];
    const given = { database, worker: by, collection, perSecond, log, metrics };
    const archive = archiveIn(database, collection);
    return [
      startCompactor({ ...given, afterDays }),
      ...(archive ? [startArchiver({ ...given, archive, afterDays: archiveAfter })] : []),
    ];
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      log.info('stopping');
      for (const one of stops.toReversed()) await one().catch((err) => log.error({ err }, 'while stopping'));
      await publishing.close();
      await store.close().catch((err) => log.debug({ err }, 'closing the store'));
      await health.close();
      await stopTelemetry().catch((err) => log.debug({ err }, 'closing telemetry'));
      log.info('stopped');
    })();
    return stopping;
  };

  return {
    name,
    log,
    metrics,
    database,
    storeReady,
    atStart: store.atStart,
    publisher,
    checks,
    healthPort: health.port,
    stop,
    onStop: (one) => stops.push(one),
    run: async (worker, parts) => {
      if (!('PREFETCH' in config)) throw new ConfigError(`${name} was not configured as a worker`);
      const archiveAfter = archiveAfterDays(config);
      requireAsDefined(worker, parts, database);
      checks.set('consumer', () => 'not consuming yet');
      await Promise.all([storeReady(), bound.promise]);
      await store.atStart('the subscriptions', () => recordSubscriptions(database, worker, new Date()));
      const consuming = connectBroker(config.AMQP_URL, `${name} (consuming)`, log);
      const settings = {
        prefetch: config.PREFETCH,
        concurrency: Math.min(config.CONCURRENCY, config.PREFETCH),
        handlerTimeoutMs: config.HANDLER_TIMEOUT_MS,
        retry: { delaysMs: config.RETRY_DELAYS_MS, maxAttempts: config.MAX_ATTEMPTS },
        region: config.REGION,
        deadlinesEveryMs: config.DEADLINES_EVERY_MS,
      };
      const board = circuitBoard(database, name, log);
      const walkers = startWalkers(worker, config, archiveAfter);
      const running = await runWorker(worker, parts, { consuming, publisher, identity, log, metrics, settings, board });
      checks.set('consumer', () => running.consuming || 'not consuming');
      stops.push(async () => {
        await Promise.all(walkers.map((walker) => walker.close()));
        await running.drain(config.DRAIN_TIMEOUT_MS);
        await board.close();
        await consuming.close();
      });
      return running;
    },
  };
}

/** Others find a worker's documents and deadlines by its definition. @throws Error where the worker is not as it says */
function requireAsDefined<W extends WorkerDefinition, Deps, State>(
  { name, collection, deadlines }: W,
  { onDeadline }: WorkerParts<W, Deps, State>,
  { models }: Connection,
): void {
  const kept = Object.values(models).map((model) => model.collection.name);
  if (collection !== undefined && !kept.includes(collection)) {
    throw new Error(`${name} is defined with the collection ${collection}, and its models are of ${kept.join(', ')}`);
  }
  if (deadlines !== (onDeadline !== undefined)) {
    throw new Error(`${name} is defined ${deadlines ? 'with' : 'without'} deadlines, and its parts are not`);
  }
}

interface Store {
  readonly database: Connection;
  readonly atStart: AtStart;
  ready(): Promise<void>;
  isReady(): boolean;
  close(): Promise<void>;
}

/** Connects in the background and keeps trying; operations wait at most `STORE_TIMEOUT_MS` for a server. */
function connectStore(config: ProcessConfig, name: string, log: Logger, metrics: Metrics): Store {
  const database = mongoose.createConnection();
  observeCommands(database, metrics);
  limitBatches(database, config.STORE_BATCHES);
  let indexed = false;
  // `readyState` is of the clock's time: a clock that is set would make the store seem away.
  let connected = false;
  database.on('connected', () => {
    connected = true;
  });
  database.on('disconnected', () => {
    connected = false;
    log.warn('lost the store');
  });
  database.on('error', (err) => log.warn({ err }, 'store error'));
  const options: mongoose.ConnectOptions = {
    dbName: config.MONGODB_DATABASE ?? `orderflow_${name.replaceAll('-', '_')}`,
    serverSelectionTimeoutMS: STORE_TIMEOUT_MS,
    connectTimeoutMS: STORE_TIMEOUT_MS,
    socketTimeoutMS: STORE_ANSWER_MS,
    appName: name,
    // A worker decides on what it has just written, and may not be told what was before: whatever the URI says.
    readPreference: 'primary',
    writeConcern: { w: 'majority', journal: true },
    retryWrites: true,
    // Else the driver stores a key without a value as null, which no schema of ours reads.
    ignoreUndefined: true,
    monitorCommands: true,
    // Mongoose would make all collections at once, only try once, and not say which index it is that failed.
    autoCreate: false,
    autoIndex: false,
    // It would hold calls back for 10 s, before the first connection and, by the clock's time, later.
    bufferCommands: false,
    // Each reply becomes an object for who monitors: what a query finds stays bytes there, and is decoded once, for who asked.
    fieldsAsRaw: { firstBatch: true, nextBatch: true },
  };
  const stopping = new AbortController();
  const atStart = startingWith({ log, signal: stopping.signal });
  const made = new Set<string>();
  const connecting = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await database.openUri(config.MONGODB_URI, options);
        return log.info('connected to the store');
      } catch (error) {
        log.warn({ error: errorMessage(error) }, 'cannot reach the store');
        await pause(STORE_RETRY_MS);
      }
    }
  })();
  return {
    database,
    atStart,
    close: async () => {
      stopping.abort();
      await database.close();
    },
    isReady: () => indexed && connected,
    ready: async () => {
      await connecting;
      for (const [name, model] of Object.entries(database.models)) {
        if (made.has(name)) continue;
        await makeCollection(model as never, atStart);
        made.add(name);
      }
      indexed = true;
    },
  };
}

/** Times every command to the store, whoever sent it. */
function observeCommands(database: Connection, { storeCommands }: Metrics): void {
  const observe =
    (outcome: 'ok' | 'failed') =>
    ({ commandName: command, duration }: { commandName: string; duration: number }) =>
      storeCommands.observe({ command, outcome }, duration / 1_000);
  database.on('commandSucceeded', observe('ok'));
  database.on('commandFailed', observe('failed'));
}

/**
 * The outermost line of every `main.ts`: starts the process, stops it cleanly on SIGTERM and SIGINT, and turns a
 * bad configuration into one clear message and exit status 78 (EX_CONFIG, sysexits.h).
 */
export async function main(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  let service: { stop(): Promise<void> } | undefined;
  // Before the start: a process that waits for its store stops too, also as PID 1, which ignores what it does not handle.
  const stop = () => {
    if (!service) process.exit(0);
    service.stop().then(() => process.exit(0), fail);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    service = await start();
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof ConfigError ? error.message : ((error as Error)?.stack ?? error)}\n`);
  process.exit(error instanceof ConfigError ? 78 : 1);
}
