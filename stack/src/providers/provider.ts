import type { Children } from '../processes/children.ts';
import type { Report } from '../report.ts';

/** How a server came to be: given by the user, or started by us. */
export type Source = 'environment' | 'docker' | 'local' | 'emulator';

/** What a provider works with. */
export interface Site {
  readonly dataDir: string;
  /** Thrown away at the end: no usual ports, no care for a clean stop of what only has to disappear. */
  readonly ephemeral: boolean;
  readonly report: Report;
  /** Start again what dies. */
  readonly restart: boolean;
  readonly children: Children;
}

/** A server of ours or the user's. `stop` and `start` do nothing to what the user runs. */
export interface Server {
  readonly source: Source;
  /** For people: "started from /usr/sbin/rabbitmq-server". */
  readonly how: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface Broker extends Server {
  readonly amqpUrl: string;
  /** The management API and console, with credentials. */
  readonly managementUrl: string;
  /** Where Prometheus asks it, if it is one of ours that can be asked. */
  readonly metricsUrl?: string;
}

export interface Cache extends Server {
  readonly redisUrl: string;
}

export interface Store extends Server {
  readonly mongodbUri: string;
}

/** Stops and starts that leave the user's own server alone. */
export const untouched = { stop: async () => {}, start: async () => {} } as const;
