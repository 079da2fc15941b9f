import { StackError } from './errors.ts';

/** Addresses the user gives instead of letting the stack start a server. Empty counts as missing. */
export interface GivenAddresses {
  readonly amqpUrl?: string;
  readonly managementUrl?: string;
  readonly redisUrl?: string;
  readonly mongodbUri?: string;
}

const REDIS_STARTS = ['', '+sentinel', '+cluster'].flatMap((kind) => [`redis${kind}://`, `rediss${kind}://`]);

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the addresses from the environment. @throws StackError naming the variable, what it got and what it wants */
export function givenAddresses(env: Env = process.env): GivenAddresses {
  const amqpUrl = urlFrom(env, 'AMQP_URL', 'amqp://', 'amqps://');
  const managementUrl = urlFrom(env, 'RABBITMQ_MANAGEMENT_URL', 'http://', 'https://');
  const redisUrl = urlFrom(env, 'REDIS_URL', ...REDIS_STARTS);
  const mongodbUri = urlFrom(env, 'MONGODB_URI', 'mongodb://', 'mongodb+srv://');
  return {
    ...(amqpUrl && { amqpUrl }),
    ...(managementUrl && { managementUrl }),
    ...(redisUrl && { redisUrl }),
    ...(mongodbUri && { mongodbUri }),
  };
}

function urlFrom(env: Env, name: string, ...starts: string[]): string | undefined {
  const value = env[name];
  if (!value) return undefined;
  if (starts.some((start) => value.startsWith(start) && value.length > start.length)) return value;
  throw new StackError(`${name} is not an address we can use: it must start with ${starts.join(' or ')}`);
}

/** What the databases' names begin with. */
export const givenPrefix = (env: Env = process.env): string => env.DATABASE_PREFIX || 'orderflow_';

/** Which region sells where, as gateways take it; undefined: the regions' names say so. */
export const givenCountries = (env: Env = process.env): string | undefined => env.REGION_COUNTRIES || undefined;

/** Where a system elsewhere keeps its messages and documents; undefined where the environment does not say both. */
export function givenServers(
  env: Env = process.env,
): { amqpUrl: string; mongodbUri: string; databasePrefix: string } | undefined {
  const { amqpUrl, mongodbUri } = givenAddresses(env);
  return amqpUrl && mongodbUri ? { amqpUrl, mongodbUri, databasePrefix: givenPrefix(env) } : undefined;
}

/** The token that is shown to an API elsewhere. Not a flag: everybody on the machine can read a command line. */
export function givenToken(env: Env = process.env): string {
  if (env.ORDERFLOW_TOKEN) return env.ORDERFLOW_TOKEN;
  throw new StackError(
    "ORDERFLOW_TOKEN is not set; --url needs a token of staff in it, e.g. what ./run token --staff prints with the API's TOKEN_SECRET",
  );
}

/** The user's PORT for the gateway, where given. @throws StackError when it is not a port */
export function portFrom(env: Env = process.env): number | undefined {
  const value = env.PORT;
  if (!value) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StackError(`PORT is "${value}"; it must be a whole number from 1 to 65535`);
}
