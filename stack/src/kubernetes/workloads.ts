import { type ComposeService, type ComposeServices, wordsOf } from './compose.ts';
import { type EnvVar, environmentOf, type Variables } from './environment.ts';

/** Anything that Kubernetes keeps, as its API takes it. */
export type Resource = Readonly<Record<string, unknown>> & { readonly kind: string };

const PART_OF = { 'app.kubernetes.io/part-of': 'orderflow' };
export const selectorOf = (name: string) => ({ 'app.kubernetes.io/name': name });
/** Where every process of ours answers for its health and its metrics. */
const HEALTH_PORT = 9464;
/** How long the gateway goes on while load balancers learn that it stops; then it drains. */
const LEAVING_SECONDS = 5;
/** Between the drain's end and the kill. */
const MARGIN_SECONDS = 5;
const NODE_USER = 1000;

/** A process of ours, or a stand-in, as Compose runs it. */
export interface Workload {
  readonly name: string;
  readonly service: ComposeService;
  readonly env: readonly EnvVar[];
  readonly drainSeconds: number;
}

export function workloadOf(name: string, standIns: ComposeServices, real: ComposeServices, all: Variables): Workload {
  const service = real[name] as ComposeService;
  const drain = Number(service.environment?.DRAIN_TIMEOUT_MS ?? 20_000) / 1_000;
  return { name, service, env: environmentOf(name, standIns, real, all), drainSeconds: drain };
}

/** The ports that a service of ours listens on: what it serves, and its health. */
export function portsOf({
  name,
  service,
}: Pick<Workload, 'name' | 'service'>): { name: string; containerPort: number }[] {
  const flags = wordsOf(service);
  const flag = (wanted: string) => Number(flags[flags.indexOf(wanted) + 1]);
  if (flags.includes('--port')) {
    const smtp = flags.includes('--smtp-port') ? [{ name: 'smtp', containerPort: flag('--smtp-port') }] : [];
    return [{ name: 'http', containerPort: flag('--port') }, ...smtp];
  }
  if (name === 'web') return [{ name: 'http', containerPort: 3000 }];
  const health = { name: 'metrics', containerPort: HEALTH_PORT };
  const port = Number(service.environment?.PORT ?? HEALTH_PORT);
  return port === HEALTH_PORT ? [health] : [{ name: 'http', containerPort: port }, health];
}

/** What stands in front of others' requests is kept going while they learn that it leaves. */
const isServing = (name: string): boolean => name === 'gateway' || name === 'web';

/** The Deployment of a process, the budget of what may be away at once, and the Service of one that others call. */
export function resourcesOf(workload: Workload, options: { scaled: boolean; called: boolean }): Resource[] {
  const { name } = workload;
  const budget: Resource = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } },
  };
  return [deploymentOf(workload, options.scaled), budget, ...(options.called ? [serviceOf(workload)] : [])];
}

export function serviceOf(workload: Pick<Workload, 'name' | 'service'>): Resource {
  const ports = portsOf(workload).map(({ name, containerPort }) => ({ name, port: containerPort, targetPort: name }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: workload.name },
    spec: { selector: selectorOf(workload.name), ports },
  };
}

function deploymentOf(workload: Workload, scaled: boolean): Resource {
  const { name } = workload;
  // What the autoscaler scales has no number here, or each `apply` would undo its work.
  const replicas = scaled ? {} : { replicas: isServing(name) ? 2 : 1 };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      ...replicas,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorOf(name) },
      template: { metadata: { labels: { ...selectorOf(name), ...PART_OF } }, spec: podOf(workload) },
    },
  };
}

/** A pod that asks for no rights: not of the cluster's, nor of its node's. */
export function podOf(workload: Workload): Record<string, unknown> {
  const { name, service, env, drainSeconds } = workload;
  const writable = (service.tmpfs ?? []).map((path, index) => ({ name: `scratch-${index}`, path: String(path) }));
  const leaving = isServing(name) ? LEAVING_SECONDS : 0;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: leaving + drainSeconds + MARGIN_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NODE_USER,
      runAsGroup: NODE_USER,
      fsGroup: NODE_USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorOf(name) },
    })),
    containers: [
      {
        name,
        image: service.image,
        // The image's own start where Compose leaves it, too.
        ...(service.command && { args: wordsOf(service) }),
        env,
        ports: portsOf(workload),
        ...probesOf(workload),
        ...(leaving > 0 && { lifecycle: { preStop: { sleep: { seconds: leaving } } } }),
        ...confined(service),
        volumeMounts: writable.map(({ name: volume, path }) => ({ name: volume, mountPath: path })),
      },
    ],
    volumes: writable.map(({ name: volume }) => ({ name: volume, emptyDir: {} })),
  };
}

/** Memory as Compose limits it, of which the image gives Node's heap its share; and no rights. */
export const confined = ({ mem_limit }: Pick<ComposeService, 'mem_limit'>): Record<string, unknown> => ({
  resources: {
    requests: { cpu: '100m', memory: mebibytes(mem_limit) },
    limits: { memory: mebibytes(mem_limit) },
  },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
});

function mebibytes(limit = ''): string {
  const [, number, unit] = /^(\d+)([mg])$/.exec(limit) ?? [];
  if (!number) throw new Error(`A mem_limit must be written like 384m, not ${limit || 'be left out'}`);
  return `${unit === 'g' ? Number(number) * 1024 : number}Mi`;
}

function probesOf(workload: Workload): Record<string, unknown> {
  const names = portsOf(workload).map(({ name }) => name);
  const port = names.includes('metrics') ? 'metrics' : 'http';
  const isStandIn = wordsOf(workload.service)[1]?.startsWith('emulators/') ?? false;
  const ask = (path: string) => ({ httpGet: { path: isStandIn ? '/_control' : path, port }, timeoutSeconds: 5 });
  return {
    // Ready only with broker and store; alive without them, since a restart would bring neither back.
    startupProbe: { ...ask('/health/live'), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...ask('/health/ready'), periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...ask('/health/live'), periodSeconds: 10, failureThreshold: 6 },
  };
}
