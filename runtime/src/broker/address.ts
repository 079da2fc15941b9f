/**
 * The nodes that an AMQP URL names: one URL each. Several stand with commas between them, as hosts
 * (`amqp://user:secret@one:5672,two:5672/vhost`) or as whole URLs; credentials and virtual host are the same on all.
 * @throws TypeError where one of them is no URL
 */
export function brokerNodes(amqpUrl: string): URL[] {
  return amqpUrl.split(/,(?=amqps?:\/\/)/).flatMap((url) => {
    const [, start = '', hosts = '', rest = ''] = /^(amqps?:\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/s.exec(url) ?? [];
    return hosts.split(',').map((host) => new URL(`${start}${host}${rest}`));
  });
}

const firstNode = (amqpUrl: string): URL => brokerNodes(amqpUrl)[0] as URL;

/** The virtual host that an AMQP URL names; `/` where it names none (https://www.rabbitmq.com/docs/uri-spec). */
export function vhostOf(amqpUrl: string): string {
  const { pathname } = firstNode(amqpUrl);
  return pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/';
}

/** The same address with other credentials or another virtual host. */
export function withAccess(amqpUrl: string, access: { user?: string; password?: string; vhost?: string }): string {
  const nodes = brokerNodes(amqpUrl).map((node) => {
    if (access.user !== undefined) node.username = encodeURIComponent(access.user);
    if (access.password !== undefined) node.password = encodeURIComponent(access.password);
    if (access.vhost !== undefined) node.pathname = `/${encodeURIComponent(access.vhost)}`;
    return node.href;
  });
  return nodes.join(',');
}

/**
 * Which broker user speaks for which worker. The broker lets a connection set no `user_id` but its own (RabbitMQ docs,
 * "Validated User-ID"), so that whoever published a message is proven.
 */
export interface BrokerIdentity {
  /** The user of this process. */
  readonly user: string;
  /** The worker that a user stands for; undefined: none of ours. */
  workerOf(user: unknown): string | undefined;
}

/** What separates an installation's own prefix from the worker's name, where several share a broker. */
const PREFIX_END = '.';

/** @param prefix what all users' names of this installation begin with, its full stop included */
export function brokerIdentity(worker: string, prefix = ''): BrokerIdentity {
  return {
    user: `${prefix}${worker}`,
    workerOf: (user) =>
      typeof user === 'string' && user.startsWith(prefix) && user.length > prefix.length
        ? user.slice(prefix.length)
        : undefined,
  };
}

/**
 * The identity that an AMQP URL gives a worker: its user is named as the worker, alone or after a prefix and a full stop.
 * @returns undefined: the user stands for nobody, and no one would believe what it publishes
 */
export function identityIn(amqpUrl: string, worker: string): BrokerIdentity | undefined {
  const user = decodeURIComponent(firstNode(amqpUrl).username) || 'guest';
  if (user !== worker && !user.endsWith(`${PREFIX_END}${worker}`)) return undefined;
  return brokerIdentity(worker, user.slice(0, user.length - worker.length));
}
