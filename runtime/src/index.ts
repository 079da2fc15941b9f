export * from './aggregate.ts';
export {
  type Archive,
  type Archived,
  type ArchiveOptions,
  archiveName,
  archiveOf,
  mayBeArchived,
  unarchived,
  withArchive,
} from './archive.ts';
export { abortedAfter, atMost, LATE } from './at-most.ts';
export { type AtStart, startingWith } from './at-start.ts';
export {
  type Batches,
  batched,
  batchesOf,
  type GuardedUpdate,
  inserted,
  isDuplicateOf,
  limitBatches,
} from './batches.ts';
export { type BrokerIdentity, brokerIdentity, brokerNodes, vhostOf, withAccess } from './broker/address.ts';
export { type BrokerConnection, connectBroker, openAnyNode } from './broker/connection.ts';
export {
  type DeadLetters,
  type DeadMessage,
  deadLetters,
  UnknownWorkerError,
} from './broker/dead-letters.ts';
export { createPublisher, type OutgoingMessage, outgoing, type Publisher } from './broker/publisher.ts';
export { openReplay, type Replay } from './broker/replay.ts';
export { declareTopology } from './broker/topology.ts';
export { CIRCUIT_STALE_MS, type OpenCircuit } from './circuit-board.ts';
export { type Compacted, unpacked } from './compaction.ts';
export * from './config.ts';
export { DeadlinePassed, deadlinePassedOf } from './deadlines.ts';
export * from './decision.ts';
export { type Eraser, erasing } from './eraser.ts';
export * from './errors.ts';
export { ATTEMPT_HEADER } from './failures.ts';
export {
  type Handler,
  type HandlerContext,
  type Handlers,
  type Projection,
  projection,
  type SaidBy,
} from './handler.ts';
export { type FailedTry, type HandlingRecord, notingCalls, type OutsideCall, outsideCall } from './handling-record.ts';
export { type Check, readiness } from './health.ts';
export { makeIndex } from './indexes.ts';
export { createLog, type Logger } from './log.ts';
export { createMetrics, EVENT_LOOP, fromZero, type Metrics } from './metrics.ts';
export { createOutbox, type Outbox, outboxOf } from './outbox.ts';
export { type DeliveryContext, type EventPipeline, processMessage } from './process-message.ts';
export { REDIS_URL_FORMS, type RedisAddress, redisAddress } from './redis-address.ts';
export { main, type Service, startService } from './service.ts';
export { noteSettings, type SettingsNotice, type SettingValue, sharedSettingsOf } from './settings-notice.ts';
export { SHARED_DEFAULTS, sharedEnv } from './shared-settings.ts';
export { isStoreConflict, storeIsAway } from './store-errors.ts';
export { recordSubscriptions, type Subscription } from './subscriptions.ts';
export { inSpan, newTraceparent, SpanKind, startSpan, traceparentOf } from './trace.ts';
export { type RunningWorker, runWorker, type WorkerParts, type WorkerSettings } from './worker.ts';
