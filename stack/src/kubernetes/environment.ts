import {
  type ComposeService,
  type ComposeServices,
  replaceVariables,
  soleVariable,
  variablesIn,
  withDefaults,
} from './compose.ts';

/** The ConfigMap of what is no secret, and the Secrets: of what signs and opens, and of the servers' users. */
export const SETTINGS = 'settings';
const SECRETS = 'secrets';
export const PASSWORDS = 'passwords';

/** A variable of a container (Kubernetes API, EnvVar). */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
  };
}
interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: true;
}

/** What an installation sets, by the names of Compose's variables; `standIns` goes over `settings`. */
export interface Variables {
  readonly settings: Map<string, string>;
  readonly standIns: Map<string, string>;
  /** With the values for development. */
  readonly secrets: Map<string, string>;
  readonly passwords: Map<string, string>;
}

export const newVariables = (): Variables => ({
  settings: new Map(),
  standIns: new Map(),
  secrets: new Map(),
  passwords: new Map(),
});

const SECRET = /(?:^SMTP_URL|_SECRET|_TOKEN|(?<!PUBLISHABLE)_KEY)$/;
/** Servers that an installation may have elsewhere, by how Compose addresses them. */
const ELSEWHERE: readonly [address: string, variable: string, here: string][] = [
  ['@mongo:27017/', 'MONGODB_HOSTS', 'mongo:27017'],
  ['?replicaSet=orderflow', 'MONGODB_OPTIONS', 'replicaSet=orderflow'],
  ['@redis:6379', 'REDIS_HOST', 'redis:6379'],
];

/**
 * The environment of a service's containers: as Compose with real providers has it, each value from the ConfigMap or a
 * Secret of its own. What it needs is added to `all`.
 * @param name of the service
 * @param standIns the services as they are with stand-ins, whose values an installation for trying takes
 * @param real the services with all real providers
 */
export function environmentOf(
  name: string,
  standIns: ComposeServices,
  real: ComposeServices,
  all: Variables,
): EnvVar[] {
  const own = standIns[name]?.environment ?? {};
  const vars: EnvVar[] = [];
  for (const [variable, raw] of Object.entries((real[name] as ComposeService).environment ?? {})) {
    const value = String(raw);
    const given = own[variable] === undefined ? undefined : String(own[variable]);
    if (value !== given) vars.push(provided(variable, value, given, all));
    else if (soleVariable(value))
      vars.push(reference(variable, soleVariable(value) as string, all, withDefaults(value)));
    else vars.push(...composed(variable, value, all));
  }
  return unique(vars);
}

/** What a real provider is told in its stand-in's place. */
function provided(variable: string, value: string, given: string | undefined, all: Variables): EnvVar {
  const key = soleVariable(value) ?? variable;
  if (!SECRET.test(key)) {
    all.settings.set(key, withDefaults(value));
    if (given !== undefined) all.standIns.set(key, withDefaults(given));
  } else if (given !== undefined) all.secrets.set(key, withDefaults(given));
  return reference(variable, key, all, withDefaults(value), given === undefined);
}

/** A text around variables: each of them is a variable of its own before it, which Kubernetes puts in. */
function composed(variable: string, value: string, all: Variables): EnvVar[] {
  let text = value;
  const needed = variablesIn(value).map((key) => reference(key, key, all, defaultOf(value, key)));
  for (const [address, key, here] of ELSEWHERE) {
    if (!text.includes(address)) continue;
    needed.push(reference(key, key, all, here));
    text = text.replace(address, address.replace(here, `$(${key})`));
  }
  return [...needed, { name: variable, value: replaceVariables(text, (key) => `$(${key})`) }];
}

function defaultOf(text: string, wanted: string): string {
  let found = '';
  replaceVariables(text, (name, value) => {
    if (name === wanted) found = value;
    return '';
  });
  return found;
}

function reference(name: string, key: string, all: Variables, value: string, optional = false): EnvVar {
  const may = optional ? { optional: true as const } : {};
  if (key.endsWith('_PASSWORD')) {
    all.passwords.set(key, value);
    return { name, valueFrom: { secretKeyRef: { name: PASSWORDS, key, ...may } } };
  }
  if (SECRET.test(key)) {
    if (!all.secrets.has(key)) all.secrets.set(key, value);
    return { name, valueFrom: { secretKeyRef: { name: SECRETS, key, ...may } } };
  }
  if (!all.settings.has(key)) all.settings.set(key, value);
  return { name, valueFrom: { configMapKeyRef: { name: SETTINGS, key, ...may } } };
}

const unique = (vars: readonly EnvVar[]): EnvVar[] => [...new Map(vars.map((one) => [one.name, one])).values()];
