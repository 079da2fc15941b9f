import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorkerDefinition } from '@orderflow/contracts';
import { dockerFiles } from '../docker-files.ts';
import { StackError } from '../errors.ts';
import { kubernetesFiles } from '../kubernetes/files.ts';
import { observabilityFiles } from '../observability/files.ts';
import { ROOT } from '../paths.ts';
import { discoverDefinitions } from '../processes/discover.ts';
import { consoleReport } from '../report.ts';

/** The documents that are computed from the workers' definitions, by their path. @throws StackError for a broken choreography */
export async function generatedDocuments(): Promise<ReadonlyMap<string, string>> {
  const [contracts, definitions] = await Promise.all([import('@orderflow/contracts'), discoverDefinitions()]);
  const problems = contracts.choreographyProblems(definitions);
  if (problems.length > 0) throw new StackError(`The choreography is broken: ${problems.join('; ')}.`);
  const users = contracts.brokerUsers(definitions).map(({ name }) => name);
  const forCompose = new Map(dockerFiles(definitions, users, contentOf));
  const fresh = (path: string) => forCompose.get(path) ?? contentOf(path);
  return new Map([
    ['docs/choreography.md', contracts.choreographyPage(definitions)],
    ['docker/rabbitmq/definitions.json', `${JSON.stringify(composeDefinitions(contracts, definitions), null, 2)}\n`],
    ['docs/asyncapi.json', `${JSON.stringify(contracts.asyncApiOf(definitions), null, 2)}\n`],
    ...forCompose,
    // Kubernetes runs what Compose runs, a worker that has just joined too.
    ...kubernetesFiles(definitions, fresh),
    ...observabilityFiles(fresh),
  ]);
}

/** What Compose's broker loads; `fill.sh` puts the passwords in. Beside the processes' users there is an administrator. */
function composeDefinitions(
  { brokerDefinitions }: typeof import('@orderflow/contracts'),
  workers: readonly WorkerDefinition[],
) {
  const vhost = 'orderflow';
  const passwordOf = (user: string) => `\${${user.toUpperCase().replaceAll('-', '_')}_PASSWORD}`;
  const { users, permissions, ...rest } = brokerDefinitions(workers, vhost, { passwordOf });
  return {
    ...rest,
    users: [{ name: 'admin', password: passwordOf('admin'), tags: ['administrator'] }, ...users],
    permissions: [{ user: 'admin', vhost, configure: '.*', write: '.*', read: '.*' }, ...permissions],
  };
}

/** Which of them are missing or differ on disk. */
export async function staleDocuments(): Promise<string[]> {
  return [...(await generatedDocuments())].flatMap(([path, text]) => (contentOf(path) === text ? [] : [path]));
}

/** Writes the generated documents, or only says whether they are fresh. */
export async function docs(flags: { check?: boolean }): Promise<void> {
  const report = consoleReport();
  const stale = await staleDocuments();
  if (stale.length === 0) return report.line('The generated documents are fresh.');
  if (flags.check) throw new StackError(`Stale: ${stale.join(', ')}. Write them anew with ./run docs`);
  for (const [path, text] of await generatedDocuments()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  report.line(`Wrote ${stale.join(', ')}.`);
}

const contentOf = (path: string): string | undefined =>
  existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : undefined;
