import { parse } from 'yaml';

/** What Kubernetes needs to know of a service of Compose. */
export interface ComposeService {
  readonly image: string;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly mem_limit?: string;
  readonly stop_grace_period?: string;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly string[];
}

export type ComposeServices = Readonly<Record<string, ComposeService>>;

/** `${NAME:-default}` and `${NAME:?message}`, as Compose reads them. */
const VARIABLE = /\$\{(\w+):([-?])([^}]*)\}/g;

/** A file of Compose with its merge keys followed and its variables as they are written; without what has a profile and is run by hand. */
export function readCompose(text: string): ComposeServices {
  // The limit is against strangers' files.
  const { services } = parse(text, { merge: true, maxAliasCount: -1 });
  return Object.fromEntries(
    Object.entries<ComposeService & { profiles?: unknown }>(services).filter(([, { profiles }]) => !profiles),
  );
}

/** The services with what later files say of their environment. */
export function withChanges(services: ComposeServices, ...changes: readonly ComposeServices[]): ComposeServices {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      {
        ...service,
        environment: Object.assign({}, service.environment, ...changes.map((one) => one[name]?.environment)),
      },
    ]),
  );
}

/** The name of a variable that a text consists of. */
export const soleVariable = (text: string): string | undefined => {
  const [match] = text.matchAll(VARIABLE);
  return match?.[0] === text ? match[1] : undefined;
};

export const variablesIn = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name]) => name as string);

/** @param replace what stands for a variable, by its name and its default */
export const replaceVariables = (text: string, replace: (name: string, value: string) => string): string =>
  text.replace(VARIABLE, (_, name: string, kind: string, rest: string) => replace(name, kind === '-' ? rest : ''));

export const withDefaults = (text: string): string => replaceVariables(text, (_, value) => value);

/** A command as the words of an `exec`; those of the stand-ins are written as one text. */
export const wordsOf = ({ command = [] }: ComposeService): string[] =>
  (typeof command === 'string' ? command.trim().split(/\s+/) : [...command]).map(withDefaults);
