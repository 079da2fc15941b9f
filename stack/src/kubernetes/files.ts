import { topologyOf, type WorkerDefinition, workQueue } from '@orderflow/contracts';
import { workerEnv } from '@orderflow/runtime';
import { stringify } from 'yaml';
import { AUTOSCALER, scaledObjectOf, triggerAuthentication } from './autoscaling.ts';
import { type ComposeService, type ComposeServices, readCompose, withChanges, wordsOf } from './compose.ts';
import { newVariables, type Variables } from './environment.ts';
import { type Call, callsOf, policyOf } from './network-policies.ts';
import { confined, podOf, type Resource, resourcesOf, serviceOf, type Workload, workloadOf } from './workloads.ts';

const FOLDER = 'docker/kubernetes';
const REAL = ['stripe', 'twilio', 'smtp', 'carrier'].map((name) => `docker/real/${name}.yaml`);
const VHOST = 'orderflow';
const GENERATED = '# Written by ./run docs from docker/compose.yaml, docker/real and the definitions of the workers.\n';

/**
 * What Kubernetes has to know of the processes, by path: each as Compose runs it, with real providers in the base and the
 * stand-ins as a component; the names of all settings and secrets; KEDA's rule for each worker.
 * @param read what a file has now
 */
export function kubernetesFiles(
  workers: readonly WorkerDefinition[],
  read: (path: string) => string | undefined,
): [string, string][] {
  const standIns = readCompose(read('docker/compose.yaml') ?? '');
  const real = withChanges(standIns, ...REAL.map((path) => readCompose(read(path) ?? '')));
  const all = newVariables();
  all.settings.set('AUTOSCALER_USER', AUTOSCALER);
  all.passwords
    .set('AUTOSCALER_PASSWORD', `development-only-${AUTOSCALER}`)
    .set('ADMIN_PASSWORD', 'development-only-admin');

  const names = Object.keys(standIns).filter((name) => /^orderflow(-web)?$/.test(standIns[name]?.image ?? ''));
  const isStandIn = (name: string) => wordsOf(standIns[name] as ComposeService)[1]?.startsWith('emulators/') ?? false;
  const [topology, ...processes] = ['topology', ...names.filter((name) => name !== 'topology' && !isStandIn(name))].map(
    (name) => workloadOf(name, standIns, real, all),
  ) as [Workload, ...Workload[]];
  const secrets = blank(all.secrets);
  // A stand-in knows no other form of itself.
  const emulators = names.filter(isStandIn).map((name) => workloadOf(name, standIns, standIns, all));
  const consumers = workers.filter((worker) => topologyOf(worker).queues.length > 0);
  const scaled = new Set(consumers.map(({ name }) => name));
  const calls = [...processes, topology].flatMap((one) => callsOf(one, (key) => all.settings.get(key)));
  const called = new Set(['gateway', 'web', ...calls.map(({ to }) => to)]);

  const base = [
    ...processes.flatMap((one) => resourcesOf(one, { scaled: scaled.has(one.name), called: called.has(one.name) })),
    jobOf(topology),
  ].map((one) => withTopologyFirst(one, topology));
  const policies = [...processes, topology].map((one) =>
    policyOf(one, calls, {
      callsOut: differs(standIns, real, one.name),
      calledFromOutside: one.name === 'gateway' || one.name === 'web',
    }),
  );
  const prefetch = workerEnv.PREFETCH.parse(undefined);
  const rules = consumers.map((worker) => scaledObjectOf(worker, workQueue(worker.name), VHOST, prefetch));
  return [
    [`${FOLDER}/base/processes.yaml`, documents(base)],
    [`${FOLDER}/base/network-policies.yaml`, documents(policies)],
    [`${FOLDER}/base/settings.env`, lines(all.settings)],
    [`${FOLDER}/components/stand-ins/stand-ins.yaml`, documents(standInResources(emulators, processes, all))],
    [`${FOLDER}/components/stand-ins/settings.env`, lines(all.standIns)],
    [`${FOLDER}/components/autoscaling/scaled-objects.yaml`, documents([triggerAuthentication, ...rules])],
    [`${FOLDER}/overlays/demo/passwords.env`, lines(all.passwords, DEVELOPMENT)],
    [`${FOLDER}/overlays/demo/secrets.env`, lines(all.secrets, DEVELOPMENT)],
    [`${FOLDER}/passwords.env.example`, lines(blank(all.passwords))],
    [`${FOLDER}/secrets.env.example`, lines(secrets)],
    [`${FOLDER}/base/fill.sh`, read('docker/fill.sh') ?? ''],
  ];
}

const DEVELOPMENT = '# DEVELOPMENT ONLY: everybody can read what stands here.\n';

/** Whether it is told of a real provider anything but that this is production. */
const differs = (standIns: ComposeServices, real: ComposeServices, name: string): boolean =>
  Object.entries(real[name]?.environment ?? {}).some(
    ([variable, value]) => variable !== 'NODE_ENV' && value !== standIns[name]?.environment?.[variable],
  );

/** Declares the queues; again at each `apply`, since a finished Job is removed after a while. */
function jobOf(topology: Workload): Resource {
  const { containers, topologySpreadConstraints: _, ...pod } = podOf(topology);
  const [container] = containers as Record<string, unknown>[];
  const { startupProbe, readinessProbe, livenessProbe, ports, ...rest } = container ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: topology.name },
    spec: {
      backoffLimit: 20,
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': topology.name, 'app.kubernetes.io/part-of': 'orderflow' } },
        spec: { restartPolicy: 'OnFailure', ...pod, containers: [rest] },
      },
    },
  };
}

/**
 * Nothing is published before all queues are there, or a hearer would miss it: the gateway, with which every order
 * begins, declares them first. Its own container is not given the password for that.
 */
function withTopologyFirst(resource: Resource, topology: Workload): Resource {
  const { metadata, spec } = resource as unknown as {
    metadata: { name: string };
    spec: { template: { spec: Record<string, unknown> } };
  };
  if (resource.kind !== 'Deployment' || metadata.name !== 'gateway') return resource;
  const { name, service, env } = topology;
  const first = { name, image: service.image, args: wordsOf(service), env, ...confined(service) };
  const pod = { ...spec.template.spec, initContainers: [first] };
  return { ...resource, spec: { ...spec, template: { ...spec.template, spec: pod } } };
}

/** The stand-ins, each with a volume for its journal, and who may call them beside what the base allows. */
function standInResources(emulators: readonly Workload[], processes: readonly Workload[], all: Variables): Resource[] {
  const names = new Set(emulators.map(({ name }) => name));
  const value = (key: string) => all.standIns.get(key) ?? all.secrets.get(key);
  const calls = processes.flatMap((one) => callsOf(one, value)).filter(({ to }) => names.has(to));
  const reports = emulators.flatMap((one) => callsOf(one, () => undefined));
  return [
    ...emulators.flatMap((one) => [standInOf(one), volumeOf(one), serviceOf(one)]),
    ...emulators.map((one) => policyOf(one, [...calls, ...reports], { callsOut: false, calledFromOutside: false })),
    ...[...new Set(calls.map(({ from }) => from))].map((from) => toStandIns(from, calls)),
  ];
}

function standInOf(workload: Workload): Resource {
  const [deployment] = resourcesOf(workload, { scaled: false, called: false });
  const { spec, ...rest } = deployment as Resource & { spec: { template: { spec: Record<string, unknown> } } };
  const pod = spec.template.spec as { containers: { volumeMounts: object[] }[]; volumes: object[] };
  const [container] = pod.containers;
  const data = { name: 'data', mountPath: '/data' };
  const claim = { name: 'data', persistentVolumeClaim: { claimName: workload.name } };
  const filled = {
    ...pod,
    containers: [{ ...container, volumeMounts: [...(container?.volumeMounts ?? []), data] }],
    volumes: [...pod.volumes, claim],
  };
  // One journal, one writer.
  return { ...rest, spec: { ...spec, strategy: { type: 'Recreate' }, template: { ...spec.template, spec: filled } } };
}

const volumeOf = ({ name }: Workload): Resource => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

const toStandIns = (from: string, calls: readonly Call[]): Resource => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `${from}-to-stand-ins` },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': from } },
    policyTypes: ['Egress'],
    egress: calls
      .filter((call) => call.from === from)
      .map(({ to, port }) => ({
        ports: [{ protocol: 'TCP', port }],
        to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': to } } }],
      })),
  },
});

const documents = (resources: readonly Resource[]): string =>
  GENERATED + resources.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');

const lines = (variables: ReadonlyMap<string, string>, head = ''): string =>
  `${GENERATED}${head}${[...variables].map(([name, value]) => `${name}=${value}\n`).join('')}`;

const blank = (variables: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...variables.keys()].map((name) => [name, '']));
