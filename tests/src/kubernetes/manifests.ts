import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KUSTOMIZE = createRequire(import.meta.url).resolve('kustomize/run.js');

/** A resource as it would be sent to Kubernetes; what is asked of it depends on its kind. */
// biome-ignore lint/suspicious/noExplicitAny: a hundred shapes; the schemas are checked before anything is read
export type Manifest = any;

/** What `kubectl apply -k` would send. @throws Error with what kustomize says */
export async function build(folder: string): Promise<Manifest[]> {
  const args = [KUSTOMIZE, 'build', join(ROOT, folder)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 ** 2 });
  return parseAllDocuments(stdout, { maxAliasCount: -1 } as object).map((document) => document.toJS());
}

export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata?.name}`;

export const ofKind = (all: readonly Manifest[], ...kinds: string[]): Manifest[] =>
  all.filter(({ kind }) => kinds.includes(kind));

/** The pods that a resource makes, RabbitMQ's operator's in the part that we override. */
export function podOf({ kind, spec }: Manifest): Manifest | undefined {
  if (['Deployment', 'StatefulSet', 'Job'].includes(kind)) return spec.template;
  return kind === 'RabbitmqCluster' ? spec.override?.statefulSet?.spec?.template : undefined;
}

export const containersOf = (pod: Manifest): Manifest[] => [
  ...(pod.spec.initContainers ?? []),
  ...(pod.spec.containers ?? []),
];
