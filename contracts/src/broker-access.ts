import { ORDERS_EXCHANGE, QUEUES_EXCHANGE, topologyOf, workQueue } from './topology.ts';
import type { WorkerDefinition } from './worker-definition.ts';

/** Regular expressions, as RabbitMQ's permissions take them (RabbitMQ docs, "Access Control"). */
export interface Rights {
  readonly write: string;
  readonly read: string;
}

/** A user of the broker and what the user may do; nothing that is not named. */
export interface BrokerUser {
  /** For a worker the worker's name: facts are believed by the user who published them. */
  readonly name: string;
  readonly tags: readonly 'monitoring'[];
  readonly permissions: Rights & { readonly configure: string };
  /** By routing key, on each topic exchange. */
  readonly topicPermissions: Readonly<Record<typeof ORDERS_EXCHANGE | typeof QUEUES_EXCHANGE, Rights>>;
}

const NOTHING = '^$';
const NO_TOPICS = {
  [ORDERS_EXCHANGE]: { write: NOTHING, read: NOTHING },
  [QUEUES_EXCHANGE]: { write: NOTHING, read: NOTHING },
};
const ANY_WORKER = '[a-z][a-z0-9-]*';
const ANY_QUEUE = `${ANY_WORKER}(\\.dead|\\.retry\\.[0-9]+)?`;
const EXCHANGES = [ORDERS_EXCHANGE, QUEUES_EXCHANGE].map(literal);

/**
 * The broker's users, computed from the workers' definitions: one for each worker, who says what the worker says, hears
 * what it hears and touches its own queues only; `topology`, who declares everything and publishes nothing; `auditor` and
 * `ops`, who take from the dead-letter queues and hand back; `autoscaler`, who sees how long the queues are and touches
 * none. Nobody may publish to the default exchange.
 */
export function brokerUsers(workers: readonly WorkerDefinition[]): BrokerUser[] {
  const looking = { configure: NOTHING, write: NOTHING, read: `^${ANY_WORKER}\\.dead$` };
  const everything = whole([...EXCHANGES, ANY_QUEUE]);
  return [
    {
      name: 'topology',
      tags: [],
      permissions: { configure: everything, write: everything, read: everything },
      topicPermissions: {
        [ORDERS_EXCHANGE]: { write: NOTHING, read: '.*' },
        [QUEUES_EXCHANGE]: { write: NOTHING, read: '.*' },
      },
    },
    ...workers.map(workerUser),
    { name: 'auditor', tags: ['monitoring'], permissions: looking, topicPermissions: NO_TOPICS },
    { name: 'ops', tags: ['monitoring'], permissions: looking, topicPermissions: NO_TOPICS },
    {
      name: 'autoscaler',
      tags: ['monitoring'],
      permissions: { configure: NOTHING, write: NOTHING, read: NOTHING },
      topicPermissions: NO_TOPICS,
    },
  ];
}

function workerUser(worker: WorkerDefinition): BrokerUser {
  const says = whole(worker.says.map(({ type }) => literal(type)));
  if (topologyOf(worker).queues.length === 0) {
    const orders = whole([literal(ORDERS_EXCHANGE)]);
    return {
      name: worker.name,
      tags: [],
      permissions: { configure: orders, write: orders, read: NOTHING },
      topicPermissions: { ...NO_TOPICS, [ORDERS_EXCHANGE]: { write: says, read: NOTHING } },
    };
  }
  const queues = `${literal(workQueue(worker.name))}(\\.dead|\\.retry\\.[0-9]+)?`;
  const own = whole([...EXCHANGES, queues]);
  return {
    name: worker.name,
    tags: [],
    permissions: { configure: own, write: own, read: own },
    topicPermissions: {
      [ORDERS_EXCHANGE]: { write: says, read: whole(worker.hears.map(({ type }) => literal(type))) },
      [QUEUES_EXCHANGE]: { write: whole([queues]), read: whole([queues]) },
    },
  };
}

/**
 * RabbitMQ's definitions (RabbitMQ docs, "Schema Definition Export and Import") of a virtual host with these users. They
 * declare the exchanges, since RabbitMQ >= 4.3.2 refuses topic permissions on one that is not there.
 * @param access a prefix for the users' names where a broker is shared, and each one's password, by the name without it
 */
export function brokerDefinitions(
  workers: readonly WorkerDefinition[],
  vhost: string,
  { prefix = '', passwordOf }: { prefix?: string; passwordOf: (user: string) => string },
) {
  const users = brokerUsers(workers);
  return {
    vhosts: [{ name: vhost }],
    users: users.map(({ name, tags }) => ({ name: `${prefix}${name}`, password: passwordOf(name), tags })),
    permissions: users.map(({ name, permissions }) => ({ user: `${prefix}${name}`, vhost, ...permissions })),
    exchanges: [ORDERS_EXCHANGE, QUEUES_EXCHANGE].map((name) => ({
      name,
      vhost,
      type: 'topic',
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: {},
    })),
    topic_permissions: users.flatMap(({ name, topicPermissions }) =>
      Object.entries(topicPermissions).map(([exchange, rights]) => ({
        user: `${prefix}${name}`,
        vhost,
        exchange,
        ...rights,
      })),
    ),
  };
}

const whole = (parts: readonly string[]): string => (parts.length === 0 ? NOTHING : `^(${parts.join('|')})$`);

function literal(text: string): string {
  return text.replaceAll('.', '\\.');
}
