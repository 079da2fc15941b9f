import { STRIPE_EVENT_TYPES, type WorkerDefinition } from '@orderflow/contracts';

/** The user who reads every database and writes only a database of its own. */
const AUDITOR = 'auditor';
const PREFIX = 'orderflow_';
/** The files of Compose that are kept by hand: only what a worker needs at least is added to them. */
const COMPOSE = 'docker/compose.yaml';
const EXAMPLE = 'docker/.env.example';

const variableOf = (user: string): string => `${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
const passwordOf = (user: string): string => `\${${variableOf(user)}:-development-only-${user}}`;
const databaseOf = (service: string): string => `${PREFIX}${service.replaceAll('-', '_')}`;

/**
 * What Compose needs to know of the workers, by path: the stores' and the cache's users, and a service and a password for
 * each worker that has none.
 * @param users of the broker
 * @param read what a file has now
 */
export function dockerFiles(
  workers: readonly WorkerDefinition[],
  users: readonly string[],
  read: (path: string) => string | undefined,
): [string, string][] {
  const databases = [
    ...workers.map(({ name, database }) => [name, databaseOf(database)]),
    [AUDITOR, databaseOf(AUDITOR)],
  ];
  return [
    ['docker/mongo/databases.json', `${JSON.stringify(Object.fromEntries(databases), null, 2)}\n`],
    ['docker/redis/users.acl', cacheUsers(workers)],
    [COMPOSE, withStripeEvents(withServices(withPasswords(read(COMPOSE) ?? '', users, passwordLine), workers))],
    [EXAMPLE, withPasswords(read(EXAMPLE) ?? '', users, (user) => `${variableOf(user)}=development-only-${user}\n`)],
  ];
}

/** Nobody may do anything without a password but ask whether the cache is up. */
function cacheUsers(workers: readonly WorkerDefinition[]): string {
  const rights = '-@all +@read +@write +@pubsub +@connection +@scripting -@dangerous +info';
  const lines = workers
    .filter(({ calls }) => calls.includes('redis'))
    .map(({ name, database }) => {
      const keys = `${databaseOf(database)}:*`;
      return `user ${name} on >\${${variableOf(name)}} ~${keys} &${keys} ${rights}`;
    });
  return `${['user default on nopass resetkeys resetchannels -@all +ping', ...lines].join('\n')}\n`;
}

const passwordLine = (user: string): string => `  ${variableOf(user)}: ${passwordOf(user)}\n`;

/** Adds the passwords that are missing, before the auditor's. */
function withPasswords(text: string, users: readonly string[], lineOf: (user: string) => string): string {
  const missing = users.filter((user) => !new RegExp(`^ *${variableOf(user)}[:=]`, 'm').test(text));
  return before(text, lineOf(AUDITOR), missing.map(lineOf).join(''));
}

/** Adds a service for each worker that has none, before the auditor's. What a worker needs besides is added by hand. */
function withServices(text: string, workers: readonly WorkerDefinition[]): string {
  const missing = workers.filter(({ name }) => !new RegExp(`^  ${name}:$`, 'm').test(text));
  return before(text, '  # Reads all books and compares them', missing.map(serviceOf).join(''));
}

function serviceOf({ name, database, calls }: WorkerDefinition): string {
  const login = `${name}:${passwordOf(name)}`;
  const lines = [
    `  ${name}:`,
    '    <<: *service',
    `    command: [node, workers/${name}/src/main.ts]`,
    '    environment:',
    '      <<: [*environment, *years]',
    `      AMQP_URL: amqp://${login}@rabbitmq:5672/orderflow`,
    `      MONGODB_URI: mongodb://${login}@mongo:27017/${databaseOf(database)}?replicaSet=orderflow`,
    `      MONGODB_DATABASE: ${databaseOf(database)}`,
    ...(calls.includes('redis') ? [`      REDIS_URL: redis://${login}@redis:6379`] : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** Stripe's stand-in sends what an endpoint of ours is enabled for, as with `./run`. */
function withStripeEvents(text: string): string {
  const webhook = /(\n +)--webhook-url \S+\/stripe(?:\n +--events \S+)?/;
  if (!webhook.test(text)) throw new Error('Nothing says which events Stripe’s stand-in sends, and where to');
  return text.replace(webhook, (found, indent) => {
    return `${found.split(/\n +--events/)[0]}${indent}--events ${STRIPE_EVENT_TYPES.join()}`;
  });
}

/** @throws Error where the mark is gone, before which something has to be inserted */
function before(text: string, mark: string, added: string): string {
  if (added === '') return text;
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`Nothing says where to insert ${added.split('\n', 1)[0]?.trim()}`);
  return text.slice(0, at) + added + text.slice(at);
}
