import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  brokerUsers,
  defineWorker,
  OrderPlaced,
  STRIPE_EVENT_TYPES,
  type WorkerDefinition,
} from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { dockerFiles } from './docker-files.ts';
import { kubernetesFiles } from './kubernetes/files.ts';
import { ROOT } from './paths.ts';
import { discoverDefinitions, discoverWorkers } from './processes/discover.ts';

const definitions: readonly WorkerDefinition[] = await discoverDefinitions();
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const filesFor = (workers: readonly WorkerDefinition[]) =>
  new Map(
    dockerFiles(
      workers,
      brokerUsers(workers).map(({ name }) => name),
      read,
    ),
  );

describe("Compose's files", () => {
  test('stay as they are for the workers that they know', () => {
    for (const [path, text] of filesFor(definitions)) expect(text, path).toBe(read(path));
  });

  test('have Stripe’s stand-in send what we follow and nothing else, whatever it was told before', () => {
    const stale = (path: string) => read(path).replace(/--events \S+/, '--events invoice.paid');
    const [, text] = dockerFiles(definitions, [], stale).find(([path]) => path === 'docker/compose.yaml') ?? [];
    const { services } = parse(text ?? '', { merge: true, maxAliasCount: -1 });
    const [, events] = /--events (\S+)/.exec(services.stripe.command) ?? [];
    expect(events?.split(',')).toEqual(STRIPE_EVENT_TYPES);
    expect(read('docker/kubernetes/components/stand-ins/stand-ins.yaml')).toContain(`- ${events}\n`);
  });

  test('get a service, a password and users for a worker that joins, and nothing else changes', () => {
    const loyalty = defineWorker({
      name: 'loyalty',
      summary: '',
      hears: [OrderPlaced],
      says: [],
      collection: 'points',
      calls: ['redis'],
    });
    const files = filesFor([...definitions, loyalty]);
    const addedTo = (path: string) => {
      const before = new Set(read(path).split('\n'));
      return (files.get(path) ?? '').split('\n').filter((line) => !before.has(line));
    };
    expect(addedTo('docker/.env.example')).toEqual(['LOYALTY_PASSWORD=development-only-loyalty']);
    expect(addedTo('docker/mongo/databases.json')).toEqual(['  "loyalty": "orderflow_loyalty",']);
    expect(addedTo('docker/redis/users.acl')).toEqual([
      expect.stringMatching(/^user loyalty on .*~orderflow_loyalty:\* /),
    ]);
    expect(addedTo('docker/compose.yaml').map((line) => line.trim().split(':')[0])).toEqual([
      'LOYALTY_PASSWORD',
      'loyalty',
      'command',
      'AMQP_URL',
      'MONGODB_URI',
      'MONGODB_DATABASE',
      'REDIS_URL',
    ]);
  });
});

test("Kubernetes's files get a deployment, its policy and KEDA's rule for a worker that joins, and no second list of workers", () => {
  const loyalty = defineWorker({ name: 'loyalty', summary: '', hears: [OrderPlaced], says: [], collection: 'points' });
  const compose = filesFor([...definitions, loyalty]);
  const files = new Map(kubernetesFiles([...definitions, loyalty], (path) => compose.get(path) ?? read(path)));
  const kindsIn = (path: string) =>
    parseAllDocuments(files.get(`docker/kubernetes/${path}`) ?? '').flatMap((document) => {
      const { kind, metadata } = document.toJS();
      return metadata.name === 'loyalty' ? [kind] : [];
    });
  expect(kindsIn('base/processes.yaml')).toEqual(['Deployment', 'PodDisruptionBudget']);
  expect(kindsIn('base/network-policies.yaml')).toEqual(['NetworkPolicy']);
  expect(kindsIn('components/autoscaling/scaled-objects.yaml')).toEqual(['ScaledObject']);
  expect(files.get('docker/kubernetes/passwords.env.example')).toContain('\nLOYALTY_PASSWORD=\n');
  const byHand = globSync('docker/kubernetes/**/*.yaml', { cwd: ROOT }).filter((path) => !files.has(path));
  for (const path of byHand)
    for (const { name } of definitions) {
      if (name !== 'gateway') expect(read(path), path).not.toContain(name);
    }
});

test('every program that consumes has a definition that names the same database', () => {
  const programs = discoverWorkers().map(({ name, service }) => [name, service]);
  const consumers = definitions.filter(({ hears }) => hears.length > 0).map(({ name, database }) => [name, database]);
  expect(programs.sort()).toEqual(consumers.sort());
});
