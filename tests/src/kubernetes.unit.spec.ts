import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WorkerDefinition, workQueue } from '@orderflow/contracts';
import { workerEnv } from '@orderflow/runtime';
import { discoverDefinitions } from '@orderflow/stack';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { coverProblems, hardeningProblems } from './kubernetes/hardening.ts';
import { build, type Manifest, nameOf, ofKind, podOf, ROOT } from './kubernetes/manifests.ts';
import { referenceProblems, resolved } from './kubernetes/references.ts';
import { schemaProblems } from './kubernetes/schemas.ts';
import { type Environment, readBy } from './process-config.ts';

const FOLDER = 'docker/kubernetes/overlays';
const OVERLAYS = readdirSync(join(ROOT, FOLDER));
const built = Object.fromEntries(
  await Promise.all(OVERLAYS.map(async (name) => [name, await build(`${FOLDER}/${name}`)] as const)),
) as Record<string, Manifest[]>;
const demo = built.demo as Manifest[];
const definitions: readonly WorkerDefinition[] = await discoverDefinitions();
const consumers = definitions.filter(({ hears }) => hears.length > 0);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const problemsOf = async (all: readonly Manifest[]): Promise<string[]> => [
  ...(await Promise.all(all.map(schemaProblems))).flat(),
  ...referenceProblems(all),
  ...hardeningProblems(all),
  ...coverProblems(all),
  ...queueProblems(all),
  ...(await variableProblems(all)),
];

/** KEDA asks for queues that the definitions declare, at the virtual host where they are. */
function queueProblems(all: readonly Manifest[]): string[] {
  const queues = new Set(consumers.map(({ name }) => workQueue(name)));
  const vhosts = new Set(
    JSON.parse(read('docker/rabbitmq/definitions.json')).vhosts.map(({ name }: { name: string }) => name),
  );
  return ofKind(all, 'ScaledObject').flatMap((manifest) =>
    manifest.spec.triggers.flatMap(({ metadata: { queueName, vhostName } }: Manifest) => [
      ...(queues.has(queueName) ? [] : [`${nameOf(manifest)}: there is no queue ${queueName}`]),
      ...(vhosts.has(vhostName) ? [] : [`${nameOf(manifest)}: there is no virtual host ${vhostName}`]),
    ]),
  );
}

/** A secret of somebody's own, of the form that its variable takes. */
const ownSecret = (key: string): string =>
  ({ SMTP_URL: 'smtps://shop:secret@mail.example:465', STRIPE_API_KEY: 'sk_live_somebodys_own_key' })[key] ??
  `somebodys-own-${key.toLowerCase().replaceAll('_', '-')}-0123456789`;

/** What a process is given in the end: settings and secrets, and texts with these in them. */
function environmentOf(container: Manifest, all: readonly Manifest[]): Environment {
  const env: Environment = {};
  for (const one of container.env ?? []) {
    const secret = one.valueFrom?.secretKeyRef?.key;
    const value = resolved(one, all) ?? (secret && ofKind(all, 'Secret').length === 0 ? ownSecret(secret) : '');
    env[one.name] = value.replace(/\$\((\w+)\)/g, (_: string, name: string) => env[name] ?? '');
  }
  return env;
}

const IMAGE: Environment = { NODE_ENV: 'production', HEALTH_HOST: '0.0.0.0', HEALTH_PORT: '9464' };
/** Only for what Kubernetes puts into other texts. */
const PARTS = /_PASSWORD$|^(MONGODB_HOSTS|MONGODB_OPTIONS|REDIS_HOST|NODE_ENV)$/;

/** Every process starts with what it is given, and asks for all of it. */
async function variableProblems(all: readonly Manifest[]): Promise<string[]> {
  const programs = ofKind(all, 'Deployment').flatMap((manifest) => {
    const [container] = podOf(manifest).spec.containers;
    const main: string | undefined = container.args?.[1];
    return main && /^(gateway|workers|auditor)\//.test(main) ? [{ manifest, container, main }] : [];
  });
  const problems = programs.map(async ({ manifest, container, main }) => {
    try {
      const { asked } = await readBy(main, { ...IMAGE, ...environmentOf(container, all) });
      const given: string[] = container.env.map(({ name }: Manifest) => name);
      const unknown = given.filter((name) => !asked.has(name) && !PARTS.test(name));
      return unknown.map((name) => `${nameOf(manifest)}: it knows no variable ${name}`);
    } catch (error) {
      return [`${nameOf(manifest)}: it does not start: ${(error as Error).message}`];
    }
  });
  return (await Promise.all(problems)).flat();
}

describe.each(OVERLAYS)('docker/kubernetes/overlays/%s', (overlay) => {
  const all = built[overlay] as Manifest[];

  it('has nothing that a schema, a name in the code or another resource contradicts', async () => {
    expect(await problemsOf(all)).toEqual([]);
  });

  it('runs everything that Compose runs, stand-ins only where somebody tries the shop', () => {
    const { services } = parse(read('docker/compose.yaml'), { merge: true, maxAliasCount: -1 });
    const ours = Object.entries<{ image: string; command?: string | string[]; profiles?: string[] }>(services).filter(
      // What has a profile is run by hand.
      ([, { image, profiles }]) => /^orderflow(-web)?$/.test(image) && profiles === undefined,
    );
    const wanted = ours.flatMap(([name, { command = '' }]) =>
      overlay !== 'demo' && String(command).includes('emulators/') ? [] : [name],
    );
    const running = ofKind(all, 'Deployment', 'Job').filter((one) =>
      podOf(one).spec.containers[0].image.includes('orderflow'),
    );
    expect(running.map(({ metadata }) => metadata.name).sort()).toEqual(wanted.sort());
  });

  it('scales each worker by its queue, never to nothing, up at once and down slowly', () => {
    const rules = ofKind(all, 'ScaledObject');
    expect(rules.map(({ metadata }) => metadata.name).sort()).toEqual(consumers.map(({ name }) => name).sort());
    const prefetch = workerEnv.PREFETCH.parse(undefined);
    for (const { metadata, spec } of rules) {
      const [{ type, metadata: trigger }] = spec.triggers;
      expect([type, trigger.protocol, trigger.mode, trigger.queueName]).toEqual([
        'rabbitmq',
        'http',
        'QueueLength',
        workQueue(metadata.name),
      ]);
      expect(Number(trigger.value) / prefetch).toBeGreaterThanOrEqual(0.5);
      expect(Number(trigger.value) / prefetch).toBeLessThanOrEqual(2);
      expect(spec.minReplicaCount).toBeGreaterThanOrEqual(1);
      const { scaleUp, scaleDown } = spec.advanced.horizontalPodAutoscalerConfig.behavior;
      expect([scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds]).toEqual([0, 300]);
    }
  });

  it("asks the broker as a user who may look and nothing else, with the password of the broker's own list", () => {
    const [{ spec }] = ofKind(all, 'TriggerAuthentication');
    const [user] = spec.configMapTargetRef.map((ref: Manifest) =>
      resolved({ valueFrom: { configMapKeyRef: ref } }, all),
    );
    const { users, permissions } = JSON.parse(read('docker/rabbitmq/definitions.json'));
    const [{ key }] = spec.secretTargetRef;
    expect(users.find(({ name }: { name: string }) => name === user)).toEqual({
      name: 'autoscaler',
      password: `\${${key}}`,
      tags: ['monitoring'],
    });
    expect(permissions.find((one: { user: string }) => one.user === user)).toMatchObject({
      configure: '^$',
      write: '^$',
      read: '^$',
    });
  });

  it('keeps no secret in what is applied but the demo’s, which everybody can read', () => {
    const secrets = ofKind(all, 'Secret').map(({ metadata }) => metadata.name);
    expect(secrets.sort()).toEqual(overlay === 'demo' ? ['passwords', 'secrets'] : []);
    if (overlay !== 'demo') expect(JSON.stringify(all)).not.toMatch(/development-only|orderflow_emulator/);
  });
});

describe('the lists of secrets', () => {
  it.each(['passwords', 'secrets'])('%s.env.example names each that a pod needs, and the broker’s users', (name) => {
    const listed = [...read(`docker/kubernetes/${name}.env.example`).matchAll(/^(\w+)=$/gm)].map(([, key]) => key);
    const used = (built.production as Manifest[]).flatMap((manifest) => {
      const containers = podOf(manifest)?.spec.containers ?? [];
      const refs = [...containers, ...(podOf(manifest)?.spec.initContainers ?? [])].flatMap(({ env = [] }) => env);
      return refs.flatMap(({ valueFrom }: Manifest) =>
        valueFrom?.secretKeyRef?.name === name ? [valueFrom.secretKeyRef.key] : [],
      );
    });
    const filled = [...read('docker/rabbitmq/definitions.json').matchAll(/"\$\{(\w+)\}"/g)].map(([, key]) => key);
    expect(new Set(listed)).toEqual(new Set([...used, ...(name === 'passwords' ? filled : [])]));
  });
});

/** Each breaks one thing of a manifest that is right, and what has to be said of it then. */
const BROKEN: [what: string, kind: string, name: string, change: (one: Manifest) => void, said: RegExp][] = [
  [
    'a field that there is not',
    'Deployment',
    'payment',
    (one) => renamed(podOf(one).spec, 'terminationGracePeriodSeconds', 'terminationGraceSeconds'),
    /template\.spec\.terminationGraceSeconds is not in the schema/,
  ],
  [
    'a field of the wrong kind',
    'Deployment',
    'payment',
    (one) => Object.assign(one.spec, { replicas: 'two' }),
    /Deployment payment: .*replicas must be integer/,
  ],
  [
    "a field that KEDA's schema does not have",
    'ScaledObject',
    'payment',
    (one) => renamed(one.spec, 'minReplicaCount', 'minReplicas'),
    /spec\.minReplicas is not in the schema/,
  ],
  [
    "a field that RabbitMQ's operator does not have",
    'RabbitmqCluster',
    'rabbitmq',
    (one) => Object.assign(one.spec, { replicaCount: 3 }),
    /Unrecognized key: "replicaCount"/,
  ],
  [
    'a queue that there is not',
    'ScaledObject',
    'payment',
    (one) => Object.assign(one.spec.triggers[0].metadata, { queueName: 'payments' }),
    /there is no queue payments/,
  ],
  [
    'a virtual host that there is not',
    'ScaledObject',
    'payment',
    (one) => Object.assign(one.spec.triggers[0].metadata, { vhostName: '/' }),
    /there is no virtual host \//,
  ],
  [
    'a worker that there is not',
    'ScaledObject',
    'payment',
    (one) => Object.assign(one.spec.scaleTargetRef, { name: 'payments' }),
    /there is no Deployment payments/,
  ],
  [
    'the broker of another namespace',
    'ScaledObject',
    'payment',
    (one) => Object.assign(one.spec.triggers[0].metadata, { host: 'http://rabbitmq.shop.svc:15672/' }),
    /the broker of the namespace shop/,
  ],
  [
    'a service that there is not',
    'Deployment',
    'gateway',
    (one) => setEnv(one, 'AUDITOR_URL', { value: 'http://auditors:9464' }),
    /there is no service auditors/,
  ],
  [
    'a port that its service does not have',
    'Deployment',
    'gateway',
    (one) => setEnv(one, 'AUDITOR_URL', { value: 'http://auditor:80' }),
    /auditor has no port 80/,
  ],
  [
    'a setting that there is not',
    'Deployment',
    'payment',
    (one) => Object.assign(envOf(one, 'REGION').valueFrom.configMapKeyRef, { key: 'ZONE' }),
    /no ZONE in the ConfigMap settings-/,
  ],
  [
    'a secret that there is not',
    'Deployment',
    'payment',
    (one) => Object.assign(envOf(one, 'PAYMENT_PASSWORD').valueFrom.secretKeyRef, { key: 'PAYMENTS_PASSWORD' }),
    /no PAYMENTS_PASSWORD in the Secret passwords/,
  ],
  [
    'a variable that the process does not know',
    'Deployment',
    'payment',
    (one) => (envOf(one, 'REGION').name = 'REGIONS'),
    /it knows no variable REGIONS/,
  ],
  [
    'a value that the process refuses',
    'Deployment',
    'payment',
    (one) => setEnv(one, 'DRAIN_TIMEOUT_MS', { value: 'long' }),
    /it does not start: DRAIN_TIMEOUT_MS/,
  ],
  [
    'a password that comes after its use',
    'Deployment',
    'payment',
    (one) => podOf(one).spec.containers[0].env.reverse(),
    /AMQP_URL is made with PAYMENT_PASSWORD, which is not given before it/,
  ],
  [
    'a program that there is not',
    'Deployment',
    'payment',
    (one) => podOf(one).spec.containers[0].args.splice(1, 1, 'workers/payments/src/main.ts'),
    /workers\/payments\/src\/main\.ts, which is no file/,
  ],
  [
    'a drain that is cut short',
    'Deployment',
    'payment',
    (one) => Object.assign(podOf(one).spec, { terminationGracePeriodSeconds: 20 }),
    /killed after 20 s, and may leave and drain for 20 s/,
  ],
  [
    'a pod that may run as root',
    'Deployment',
    'payment',
    (one) => Object.assign(podOf(one).spec.securityContext, { runAsNonRoot: false }),
    /it may run as root/,
  ],
  [
    'a container that may write',
    'Deployment',
    'payment',
    (one) => Object.assign(podOf(one).spec.containers[0].securityContext, { readOnlyRootFilesystem: false }),
    /may write to its image/,
  ],
  [
    'a budget for nobody',
    'PodDisruptionBudget',
    'payment',
    (one) => Object.assign(one.spec.selector.matchLabels, { 'app.kubernetes.io/name': 'payments' }),
    /no pods .*payments.*[\s\S]*Deployment payment: all of it may be away at once/,
  ],
  [
    'a probe of a port that there is not',
    'Deployment',
    'payment',
    (one) => Object.assign(podOf(one).spec.containers[0].readinessProbe.httpGet, { port: 'http' }),
    /readinessProbe asks the port http/,
  ],
];

function renamed(target: Manifest, from: string, to: string): void {
  target[to] = target[from];
  delete target[from];
}
const envOf = (manifest: Manifest, name: string): Manifest =>
  podOf(manifest).spec.containers[0].env.find((one: Manifest) => one.name === name);
const setEnv = (manifest: Manifest, name: string, value: object) => Object.assign(envOf(manifest, name), value);

describe('the checks of the manifests', () => {
  it.each(BROKEN)('name %s', async (_, kind, name, change, said) => {
    const broken = structuredClone(demo);
    change(broken.find((one) => one.kind === kind && one.metadata.name === name));
    expect((await problemsOf(broken)).join('\n')).toMatch(said);
  });

  it('pass on what kustomize itself refuses', async () => {
    await expect(build('docker/kubernetes/overlays')).rejects.toThrow(/kustomization/);
  });
});
