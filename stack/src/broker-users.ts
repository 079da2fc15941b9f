import { createHmac } from 'node:crypto';
import type { WorkerDefinition } from '@orderflow/contracts';
import { messageOf, StackError } from './errors.ts';
import { createVhost, deleteVhost, managementOf } from './management.ts';
import { discoverDefinitions } from './processes/discover.ts';
import type { Broker } from './providers/provider.ts';

/** The broker as the processes see it: each signs in as a user of its own. */
export interface BrokerAccess {
  /** Of whoever runs the stack, who may do everything. */
  readonly amqpUrl: string;
  amqpUrlOf(user: string): string;
  managementUrlOf(user: string): string;
  /** What the users' names begin with. */
  readonly prefix: string;
  /** Takes back what was made for this run only. */
  remove(): Promise<void>;
}

/** On a broker that the user gave, other stacks may have users too. */
const PREFIX_ON_GIVEN = 'orderflow-local.';

/**
 * Makes a vhost where one is asked for, the users with their permissions, computed from the workers' definitions as
 * Compose has them, and every queue, before anything can be published.
 * @throws StackError when the broker lets us make no users
 */
export async function prepareBroker(
  broker: Broker,
  options: { vhost?: string; keepVhost?: boolean; retryDelaysMs?: readonly number[]; secret: string },
): Promise<BrokerAccess> {
  const [{ brokerDefinitions, brokerUsers }, { brokerNodes, declareTopology, vhostOf, withAccess }, definitions] =
    await Promise.all([import('@orderflow/contracts'), import('@orderflow/runtime'), discoverDefinitions()]);
  const { managementUrl } = broker;
  const [node] = brokerNodes(broker.amqpUrl) as [URL];
  if (options.vhost) await createVhost(managementUrl, options.vhost, decodeURIComponent(node.username) || 'guest');
  const vhost = options.vhost ?? vhostOf(broker.amqpUrl);
  const amqpUrl = withAccess(broker.amqpUrl, { vhost });
  const shared = broker.source === 'environment' ? PREFIX_ON_GIVEN : '';
  const prefix = options.vhost ? `${options.vhost}.` : shared;
  const passwordOf = (user: string) => brokerPassword(options.secret, user);
  await makeUsers(managementUrl, brokerDefinitions(definitions, vhost, { prefix, passwordOf }));
  // Importing definitions adds and changes users; whoever had a former name's password could still publish as it.
  for (const name of definitions.flatMap(({ formerly }) => formerly)) {
    await managementOf(managementUrl)('DELETE', `/users/${encodeURIComponent(`${prefix}${name}`)}`).catch(() => {});
  }
  const retry = options.retryDelaysMs ? { retryDelaysMs: options.retryDelaysMs } : {};
  await declareTopology(amqpUrl, definitions, retry).catch((error) => {
    throw new StackError(messageOf(error));
  });

  const signedInAs = (user: string) => ({ user: `${prefix}${user}`, password: passwordOf(user) });
  return {
    prefix,
    amqpUrl,
    amqpUrlOf: (user) => withAccess(amqpUrl, signedInAs(user)),
    managementUrlOf: (user) => {
      const url = new URL(managementUrl);
      url.username = encodeURIComponent(signedInAs(user).user);
      url.password = signedInAs(user).password;
      return url.href;
    },
    remove: async () => {
      if (!options.vhost || options.keepVhost) return;
      await deleteVhost(managementUrl, options.vhost);
      const names = brokerUsers(definitions as WorkerDefinition[]).map(({ name }) => signedInAs(name).user);
      const management = managementOf(managementUrl);
      await Promise.all(names.map((name) => management('DELETE', `/users/${encodeURIComponent(name)}`)));
    },
  };
}

/** The password of a process's user; from the data directory's secret, so that each start makes the same. */
export const brokerPassword = (secret: string, user: string): string =>
  createHmac('sha256', secret).update(user).digest('hex');

async function makeUsers(managementUrl: string, definitions: object): Promise<void> {
  try {
    await managementOf(managementUrl)('POST', '/definitions', definitions);
  } catch (error) {
    throw new StackError(
      `The broker lets us make no users for the processes (${messageOf(error)}): give RABBITMQ_MANAGEMENT_URL with an administrator's credentials.`,
    );
  }
}
