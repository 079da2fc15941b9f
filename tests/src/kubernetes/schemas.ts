import { z } from 'zod';
import { type Manifest, nameOf } from './manifests.ts';

/** What knows the schema of an API: Kubernetes's own, KEDA's, the Prometheus operator's. */
const PACKAGES: readonly [group: RegExp, name: string][] = [
  [/^keda\.sh\//, '@kubernetes-models/keda'],
  [/^monitoring\.coreos\.com\//, '@kubernetes-models/prometheus-operator'],
  [/^(v1|apps|batch|policy|(networking|rbac\.authorization)\.k8s\.io)(\/v1)?$/, 'kubernetes-models'],
];

/** The package asks for what the Prometheus operator's own definition leaves open (`EmbeddedPersistentVolumeClaim`). */
const MISTAKEN = /volumeClaimTemplate must have required property (apiVersion|kind)$/;

/** What is wrong with a resource by the schema of its kind: also properties that the schema does not know. */
export async function schemaProblems(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind } = manifest;
  if (kind === 'RabbitmqCluster') return rabbitmqProblems(manifest);
  const name = PACKAGES.find(([group]) => group.test(apiVersion))?.[1];
  if (!name) return [`${nameOf(manifest)}: nothing knows ${apiVersion}`];
  const models = await import(`${name}/${apiVersion}/${kind}`).catch(() => ({}));
  const model = models[kind] as { prototype: { validate(): void } } | undefined;
  if (!model) return [`${nameOf(manifest)}: there is no ${kind} in ${apiVersion}`];
  const { watched, unread } = watching(manifest);
  try {
    model.prototype.validate.call(watched);
  } catch (error) {
    const said = (error as Error).message.split(', ').filter((one) => !MISTAKEN.test(one));
    if (said.length > 0) return [`${nameOf(manifest)}: ${said.join(', ')}`];
  }
  return unread().map((path) => `${nameOf(manifest)}: ${path} is not in the schema`);
}

/**
 * The generated validators read each property that they know and pass over others. So a property that was never read,
 * of an object of which any was asked for, is one that Kubernetes would refuse or, worse, drop.
 */
function watching(root: object) {
  const asked = new Map<object, Set<string>>();
  const proxies = new Map<object, object>();
  const watch = (target: object): object => {
    const known = proxies.get(target);
    if (known) return known;
    const proxy = new Proxy(target, {
      get(object, key, receiver) {
        const value = Reflect.get(object, key, receiver);
        if (typeof key === 'string' && !Array.isArray(object)) {
          const keys = asked.get(object) ?? new Set();
          asked.set(object, keys.add(key));
        }
        return typeof value === 'object' && value !== null ? watch(value) : value;
      },
    });
    proxies.set(target, proxy);
    return proxy;
  };
  const unreadIn = (target: object, path: string): string[] => {
    const keys = asked.get(target);
    return Object.entries(target).flatMap(([key, value]) => {
      const here = Array.isArray(target) ? `${path}[${key}]` : `${path}.${key}`;
      if (keys && !keys.has(key)) return [here];
      return typeof value === 'object' && value !== null ? unreadIn(value, here) : [];
    });
  };
  return { watched: watch(root), unread: () => unreadIn(root, '').map((path) => path.slice(1)) };
}

const Quantity = z.string().regex(/^\d+(\.\d+)?(m|[KMG]i?)?$/);
const PodTemplate = z.strictObject({
  spec: z.strictObject({
    topologySpreadConstraints: z.array(z.unknown()).optional(),
    initContainers: z.array(z.unknown()).optional(),
    containers: z.array(z.unknown()),
    volumes: z.array(z.unknown()).optional(),
  }),
});

/**
 * What we use of RabbitmqCluster (rabbitmq.com/v1beta1, cluster operator 2.x), for which no package has a schema. Its pods
 * are Kubernetes's own and checked as such.
 */
const RabbitmqCluster = z.strictObject({
  apiVersion: z.literal('rabbitmq.com/v1beta1'),
  kind: z.literal('RabbitmqCluster'),
  metadata: z.object({ name: z.string() }),
  spec: z.strictObject({
    replicas: z.union([z.literal(1), z.literal(3), z.literal(5)]),
    image: z.string(),
    terminationGracePeriodSeconds: z.int().min(60),
    persistence: z.strictObject({ storageClassName: z.string().optional(), storage: Quantity }),
    resources: z.strictObject({ requests: z.record(z.string(), Quantity), limits: z.record(z.string(), Quantity) }),
    rabbitmq: z.strictObject({
      additionalPlugins: z.array(z.string().regex(/^\w+$/)).optional(),
      additionalConfig: z.string().max(2_000),
    }),
    affinity: z.unknown(),
    override: z.strictObject({ statefulSet: z.strictObject({ spec: z.strictObject({ template: PodTemplate }) }) }),
  }),
});

async function rabbitmqProblems(manifest: Manifest): Promise<string[]> {
  const { success, error } = RabbitmqCluster.safeParse(manifest);
  if (!success) {
    return error.issues.map(({ path, message }) => `${nameOf(manifest)}: ${path.join('.')}: ${message}`);
  }
  const { affinity, override } = manifest.spec;
  const { spec } = override.statefulSet.spec.template;
  // The operator's own container of that name brings the image.
  const containers = spec.containers.map((one: Manifest) => ({ image: manifest.spec.image, ...one }));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: manifest.metadata, spec: { ...spec, affinity, containers } };
  return schemaProblems(pod);
}
