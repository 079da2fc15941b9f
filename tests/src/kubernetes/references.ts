import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { containersOf, type Manifest, nameOf, ofKind, podOf, ROOT } from './manifests.ts';

/** Services that an operator makes, with their ports. */
const BY_OPERATORS: Readonly<Record<string, readonly number[]>> = { rabbitmq: [5672, 15672, 15692] };
const ADDRESS = /\w+:\/\/(?:[^@/\s]+@)?([a-z][a-z0-9.-]*):(\d+)/g;

/** Every name that the resources use of each other, and is not there. */
export function referenceProblems(all: readonly Manifest[]): string[] {
  const problems: string[] = [];
  const pods = all.flatMap((manifest) => {
    const pod = podOf(manifest);
    return pod ? [{ name: nameOf(manifest), manifest, pod }] : [];
  });
  for (const { name, manifest, pod } of pods) {
    const add = (problem: string) => problems.push(`${name}: ${problem}`);
    for (const container of containersOf(pod)) {
      for (const problem of containerProblems(container, pod, all)) add(`${container.name}: ${problem}`);
    }
    for (const { configMap, persistentVolumeClaim: claim } of pod.spec.volumes ?? []) {
      if (configMap && !exists(all, 'ConfigMap', configMap.name)) add(`there is no ConfigMap ${configMap.name}`);
      if (claim && !exists(all, 'PersistentVolumeClaim', claim.claimName)) add(`there is no claim ${claim.claimName}`);
    }
    const selected = manifest.spec.selector?.matchLabels;
    if (selected && !matches(selected, pod.metadata.labels)) add('its selector does not select its pods');
  }
  problems.push(...selectorProblems(all), ...scalingProblems(all));
  return problems;
}

function containerProblems(container: Manifest, pod: Manifest, all: readonly Manifest[]): string[] {
  const problems: string[] = [];
  const known = new Set<string>();
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (known.has(name)) problems.push(`${name} is given twice`);
    const { configMapKeyRef: setting, secretKeyRef: secret } = valueFrom ?? {};
    if (setting && !setting.optional && keysOf(all, 'ConfigMap', setting.name)?.has(setting.key) !== true) {
      problems.push(`${name}: there is no ${setting.key} in the ConfigMap ${setting.name}`);
    }
    const kept = secret && keysOf(all, 'Secret', secret.name);
    // Production's Secrets are made by hand, from the lists of their names.
    if (kept && !secret.optional && !kept.has(secret.key)) {
      problems.push(`${name}: there is no ${secret.key} in the Secret ${secret.name}`);
    }
    for (const [, used] of String(value ?? '').matchAll(/\$\((\w+)\)/g)) {
      if (!known.has(used as string)) problems.push(`${name} is made with ${used}, which is not given before it`);
    }
    known.add(name);
  }
  const volumes = new Set([
    ...(pod.spec.volumes ?? []).map((volume: Manifest) => volume.name),
    // Claimed by the StatefulSet itself.
    'data',
  ]);
  for (const mount of container.volumeMounts ?? []) {
    if (!volumes.has(mount.name)) problems.push(`there is no volume ${mount.name}`);
  }
  const ports = new Set((container.ports ?? []).map((port: Manifest) => port.name));
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const port = (container[probe]?.httpGet ?? container[probe]?.tcpSocket)?.port;
    if (port !== undefined && !ports.has(port)) problems.push(`${probe} asks the port ${port}, which there is not`);
  }
  const main = container.args?.[0] === 'node' ? container.args[1] : undefined;
  if (main && !existsSync(join(ROOT, main))) problems.push(`it runs ${main}, which is no file`);
  const texts = [...(container.env ?? []).map((one: Manifest) => resolved(one, all)), ...(container.args ?? [])];
  for (const [, host, port] of texts.flatMap((text) => [...String(text ?? '').matchAll(ADDRESS)])) {
    const problem = addressProblem(host as string, Number(port), all);
    if (problem) problems.push(problem);
  }
  return problems;
}

/** A name without a dot is one of this namespace. */
function addressProblem(host: string, port: number, all: readonly Manifest[]): string | undefined {
  if (host.includes('.') || host === 'localhost') return undefined;
  const service = ofKind(all, 'Service').find(({ metadata }) => metadata.name === host);
  const open = service?.spec.ports.map((one: Manifest) => one.port) ?? BY_OPERATORS[host];
  if (!open) return `there is no service ${host}`;
  return open.includes(port) ? undefined : `${host} has no port ${port}`;
}

/** What a variable is in the end, where it can be seen. */
export function resolved({ value, valueFrom }: Manifest, all: readonly Manifest[]): string | undefined {
  if (value !== undefined) return value;
  const { configMapKeyRef: setting, secretKeyRef: secret } = valueFrom ?? {};
  const find = (kind: string, name: string) => ofKind(all, kind).find(({ metadata }) => metadata.name === name);
  if (setting) return find('ConfigMap', setting.name)?.data?.[setting.key];
  const kept = secret && find('Secret', secret.name)?.data?.[secret.key];
  return kept === undefined ? undefined : Buffer.from(kept, 'base64').toString();
}

/** Services, budgets and network policies are about pods that there are, and ports that these have. */
function selectorProblems(all: readonly Manifest[]): string[] {
  const pods = all.flatMap((manifest) => {
    if (manifest.kind === 'RabbitmqCluster')
      return [{ labels: { 'app.kubernetes.io/name': 'rabbitmq' }, ports: undefined }];
    const pod = podOf(manifest);
    const ports = pod && containersOf(pod).flatMap(({ ports = [] }) => ports);
    return pod ? [{ labels: pod.metadata?.labels ?? {}, ports }] : [];
  });
  const selected = (labels: object) => pods.filter((pod) => matches(labels, pod.labels));
  return ofKind(all, 'Service', 'PodDisruptionBudget', 'NetworkPolicy').flatMap((manifest) => {
    const { kind, spec } = manifest;
    const labels = kind === 'Service' ? spec.selector : (spec.selector ?? spec.podSelector).matchLabels;
    if (!labels) return [];
    const found = selected(labels);
    if (found.length === 0 && !BY_MONITORING.has(labels['app.kubernetes.io/name'])) {
      return [`${nameOf(manifest)}: there are no pods ${JSON.stringify(labels)}`];
    }
    const names = new Set(found.flatMap(({ ports = [] }) => ports.map((port: Manifest) => port.name)));
    // The operators' pods have ports of their own.
    const missing =
      kind === 'Service' && found.length > 0 ? spec.ports.filter((port: Manifest) => !names.has(port.targetPort)) : [];
    return missing.map((port: Manifest) => `${nameOf(manifest)}: its pods have no port ${port.targetPort}`);
  });
}

/** The Prometheus operator makes these pods. */
const BY_MONITORING = new Set(['prometheus', 'alertmanager']);

function scalingProblems(all: readonly Manifest[]): string[] {
  return ofKind(all, 'ScaledObject').flatMap((manifest) => {
    const { scaleTargetRef, triggers } = manifest.spec;
    const target = ofKind(all, scaleTargetRef.kind).find(({ metadata }) => metadata.name === scaleTargetRef.name);
    const problems: string[] = [];
    if (!target) problems.push(`there is no ${scaleTargetRef.kind} ${scaleTargetRef.name}`);
    if (target?.spec.replicas !== undefined) problems.push(`${scaleTargetRef.name} has a number of its own`);
    for (const { metadata, authenticationRef } of triggers) {
      if (!exists(all, 'TriggerAuthentication', authenticationRef.name)) {
        problems.push(`there is no TriggerAuthentication ${authenticationRef.name}`);
      }
      const { hostname, port } = new URL(metadata.host);
      const [service, namespace] = hostname.split('.');
      if (namespace !== manifest.metadata.namespace) problems.push(`it asks the broker of the namespace ${namespace}`);
      const problem = addressProblem(service as string, Number(port), all);
      if (problem) problems.push(problem);
    }
    return problems.map((problem) => `${nameOf(manifest)}: ${problem}`);
  });
}

const exists = (all: readonly Manifest[], kind: string, name: string): boolean =>
  ofKind(all, kind).some(({ metadata }) => metadata.name === name);

function keysOf(all: readonly Manifest[], kind: string, name: string): Set<string> | undefined {
  const found = ofKind(all, kind).find(({ metadata }) => metadata.name === name);
  return found && new Set(Object.keys({ ...found.data, ...found.stringData }));
}

const matches = (wanted: object, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
