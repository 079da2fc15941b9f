import { wordsOf } from './compose.ts';
import type { EnvVar } from './environment.ts';
import { portsOf, type Resource, selectorOf, type Workload } from './workloads.ts';

/** What may be in the namespace or elsewhere: by port only. */
const BY_PORT: Readonly<Record<string, number>> = {
  MONGODB_HOSTS: 27017,
  REDIS_HOST: 6379,
  OTEL_EXPORTER_OTLP_ENDPOINT: 4318,
};
/** What answers on the internet over HTTPS, and mail servers. */
const PROVIDER_PORTS = [443, 465, 587];
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const CALLED = /\/\/(?:[^@/\s]+@)?([a-z][a-z0-9-]*):(\d+)/g;

/** A call of one workload to another's port. */
export interface Call {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Whom a workload calls by name: what its environment and its flags say, stand-ins' values included. */
export function callsOf({ name, service, env }: Workload, resolved: (key: string) => string | undefined): Call[] {
  const texts = [...env.map((one) => one.value ?? resolved(keyOf(one) ?? '') ?? ''), ...wordsOf(service)];
  const calls = texts.flatMap((text) =>
    [...text.matchAll(CALLED)].map(([, to, port]) => ({ from: name, to: to as string, port: Number(port) })),
  );
  return [...new Map(calls.map((call) => [`${call.to}:${call.port}`, call])).values()].filter(({ to }) => to !== name);
}

const keyOf = ({ valueFrom }: EnvVar): string | undefined =>
  valueFrom?.configMapKeyRef?.key ?? valueFrom?.secretKeyRef?.key;

/**
 * Who may be called by whom, for each workload: what is not here is refused.
 * @param calls of all workloads
 * @param options whether it calls providers outside, and takes requests from outside the namespace
 */
export function policyOf(
  workload: Workload,
  calls: readonly Call[],
  options: { callsOut: boolean; calledFromOutside: boolean },
): Resource {
  const { name, env } = workload;
  const callers = (port: number) => calls.filter((call) => call.to === name && call.port === port);
  const ingress = portsOf(workload).flatMap(({ name: portName, containerPort: port }) => {
    const ports = [{ protocol: 'TCP', port }];
    const inside = callers(port).map(({ from }) => ({ podSelector: { matchLabels: selectorOf(from) } }));
    if (portName === 'http' && options.calledFromOutside) return [{ ports }];
    const watchers = portName === 'metrics' ? [PROMETHEUS] : [];
    return [...watchers, ...inside].length === 0 ? [] : [{ ports, from: [...watchers, ...inside] }];
  });
  const egress = [
    ...calls
      .filter(({ from }) => from === name)
      .map(({ to, port }) => ({
        ports: [{ protocol: 'TCP', port }],
        to: [{ podSelector: { matchLabels: selectorOf(to) } }],
      })),
    ...Object.entries(BY_PORT).flatMap(([key, port]) =>
      env.some((one) => keyOf(one) === key) ? [{ ports: [{ protocol: 'TCP', port }] }] : [],
    ),
    ...(options.callsOut ? [INTERNET] : []),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec: { podSelector: { matchLabels: selectorOf(name) }, policyTypes: ['Ingress', 'Egress'], ingress, egress },
  };
}

/** Wherever Prometheus runs: here, or with the cluster's own monitoring. */
const PROMETHEUS = { namespaceSelector: {}, podSelector: { matchLabels: selectorOf('prometheus') } };
const INTERNET = {
  ports: PROVIDER_PORTS.map((port) => ({ protocol: 'TCP', port })),
  to: [{ ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE } }],
};
