import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { type Check, ConfigError, createLog, errorMessage, sharedSettingsOf, vhostOf } from '@orderflow/runtime';
import { createAuditMetrics } from './audit-metrics.ts';
import { createAuditor } from './auditor.ts';
import { managementReader } from './broker-reader.ts';
import { type Choreography, definitionsFrom } from './choreography.ts';
import type { AuditorConfig } from './config.ts';
import { createHttp } from './http.ts';
import { collectionsOf, connectStore, type Sources } from './sources.ts';
import { stripeReader } from './stripe-reader.ts';

export interface RunningAuditor {
  /** Base URL of its HTTP interface, e.g. `http://127.0.0.1:4300`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the process: continuous audits and the HTTP interface. It only reads. */
export async function startAuditor(config: AuditorConfig): Promise<RunningAuditor> {
  const log = createLog('auditor', config.LOG_LEVEL);
  const choreography = await readChoreography(config.CHOREOGRAPHY);
  const store = connectStore(config.MONGODB_URI, log);
  const sources: Sources = {
    collections: collectionsOf(store.database, config.DATABASE_PREFIX, choreography),
    ...(config.RABBITMQ_MANAGEMENT_URL && {
      broker: managementReader(config.RABBITMQ_MANAGEMENT_URL, vhostOf(config.AMQP_URL)),
    }),
    ...(config.STRIPE_API_KEY && {
      stripe: stripeReader({ apiKey: config.STRIPE_API_KEY, url: config.STRIPE_API_URL }),
    }),
    stripeIsShared: config.STRIPE_ACCOUNT_IS_SHARED,
  };
  const metrics = createAuditMetrics();
  const auditor = createAuditor(sources, {
    choreography,
    graceMs: config.GRACE_SECONDS * 1_000,
    lostAfterMs: config.LOST_AFTER_SECONDS * 1_000,
    captureMarginMs: config.CAPTURE_MARGIN_SECONDS * 1_000,
    sharedSettings: sharedSettingsOf(config),
    log,
    metrics,
  });
  const checks = new Map<string, Check>([
    ['store', () => store.database.readyState === 1 || 'not connected to MongoDB'],
  ]);
  const http = createHttp(auditor, { secret: config.AUDITOR_SECRET, checks, metrics, log });
  await http.listen({ host: config.HOST, port: config.PORT });
  const url = `http://${config.HOST}:${(http.server.address() as AddressInfo).port}`;
  let stopped = false;
  const every = { changedMs: config.AUDIT_EVERY_SECONDS * 1_000, fullMs: config.FULL_AUDIT_EVERY_SECONDS * 1_000 };
  store.connected.then(() => stopped || auditor.start(every));
  log.info({ url }, 'the auditor is up');

  return {
    url,
    stop: async () => {
      stopped = true;
      await http.close();
      await auditor.stop();
      await store.close();
      log.info('stopped');
    },
  };
}

async function readChoreography(path: string): Promise<Choreography> {
  try {
    return definitionsFrom(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const expected = 'it must be the path of an AsyncAPI document of the workers';
    throw new ConfigError(`CHOREOGRAPHY is ${JSON.stringify(path)}; ${expected}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
