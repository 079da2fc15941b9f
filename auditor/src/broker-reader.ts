import { deadQueue } from '@orderflow/contracts';

/** A worker's messages: `waiting` in its work and retry queues, unacknowledged ones included, and dead-lettered ones. */
export interface QueueDepth {
  readonly waiting: number;
  readonly deadLettered: number;
  /** It has a dead-letter queue; a queue without one is not a worker's. */
  readonly isWorkers: boolean;
}

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly eventId: string;
  readonly error: string;
  readonly attempts: number;
  readonly firstFailedAt?: string;
  /** Its body, as text. */
  readonly body: string;
}

/** What the auditor reads from the broker; every message stays where it is. */
export interface BrokerReader {
  depths(): Promise<ReadonlyMap<string, QueueDepth>>;
  /** The first dead-lettered messages of a worker, at most `limit`. */
  deadLettered(worker: string, limit: number): Promise<DeadLetter[]>;
  /** The workers whose processes are connected, by the names that they give their connections. */
  connected(): Promise<readonly string[]>;
}

interface Queue {
  readonly name: string;
  readonly messages?: number;
}

interface Connection {
  readonly vhost?: string;
  readonly client_properties?: { readonly connection_name?: string };
}

/** As the runtime names the connections of a process. */
const OF_A_WORKER = /^(\S+) \((?:publishing|consuming)\)$/;

interface ManagementMessage {
  readonly payload: string;
  readonly payload_encoding: 'string' | 'base64';
  readonly properties: { readonly message_id?: string; readonly headers?: Record<string, unknown> };
}

const NOTHING: QueueDepth = { waiting: 0, deadLettered: 0, isWorkers: false };
const TIMEOUT_MS = 10_000;

/**
 * The broker as its management API shows it.
 * @param url with credentials; @param vhost decoded name
 */
export function managementReader(url: string, vhost: string): BrokerReader {
  const { origin, username, password } = new URL(url);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    'content-type': 'application/json',
  };
  const queuesUrl = `${origin}/api/queues/${encodeURIComponent(vhost)}`;
  const call = async <Answer>(path: string, init: RequestInit, base = queuesUrl): Promise<Answer> => {
    const response = await fetch(`${base}${path}`, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`The management API answered ${response.status} to ${path || '/queues'}`);
    return (await response.json()) as Answer;
  };

  return {
    depths: async () => {
      const queues = await call<Queue[]>('?columns=name,messages', { method: 'GET' });
      const depths = new Map<string, QueueDepth>();
      for (const { name, messages = 0 } of queues) {
        const [worker = name] = name.split('.', 1);
        const { waiting, deadLettered, isWorkers } = depths.get(worker) ?? NOTHING;
        const dead = name === deadQueue(worker);
        depths.set(worker, {
          waiting: waiting + (dead ? 0 : messages),
          deadLettered: deadLettered + (dead ? messages : 0),
          isWorkers: isWorkers || dead,
        });
      }
      return depths;
    },

    connected: async () => {
      const path = '/connections?columns=vhost,client_properties.connection_name';
      const connections = await call<Connection[]>(path, { method: 'GET' }, `${origin}/api`);
      const names = connections
        .filter((connection) => connection.vhost === vhost)
        .map(({ client_properties: given }) => OF_A_WORKER.exec(given?.connection_name ?? '')?.[1]);
      return [...new Set(names.filter((name) => name !== undefined))];
    },

    deadLettered: async (worker, limit) => {
      const body = JSON.stringify({ count: limit, ackmode: 'ack_requeue_true', encoding: 'auto' });
      const letters = await call<ManagementMessage[]>(`/${encodeURIComponent(deadQueue(worker))}/get`, {
        method: 'POST',
        body,
      });
      return letters.map(deadLetterOf);
    },
  };
}

function deadLetterOf({ payload, payload_encoding, properties }: ManagementMessage): DeadLetter {
  const headers = properties.headers ?? {};
  const first = headers['x-first-failed-at'];
  return {
    eventId: properties.message_id ?? '',
    error:
      [headers['x-error-class'], headers['x-error-message']].filter(Boolean).join(': ') || 'given up by the broker',
    attempts: Number(headers['x-attempt'] ?? 0),
    ...(typeof first === 'string' ? { firstFailedAt: first } : {}),
    body: payload_encoding === 'base64' ? Buffer.from(payload, 'base64').toString('utf8') : payload,
  };
}
