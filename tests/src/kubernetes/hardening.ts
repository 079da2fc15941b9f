import { containersOf, type Manifest, nameOf, ofKind, podOf } from './manifests.ts';

/** What every pod of ours must be given, and may not have. */
export function hardeningProblems(all: readonly Manifest[]): string[] {
  return all.flatMap((manifest) => {
    const pod = podOf(manifest);
    if (!pod || manifest.kind === 'RabbitmqCluster') return [];
    const { spec } = pod;
    const problems: string[] = [];
    const want = (holds: boolean, problem: string) => holds || problems.push(`${nameOf(manifest)}: ${problem}`);
    want(spec.securityContext?.runAsNonRoot === true && spec.securityContext.runAsUser > 0, 'it may run as root');
    want(spec.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'it may make any system call');
    want(spec.automountServiceAccountToken === false || spec.serviceAccountName !== undefined, 'it may ask the API');
    for (const container of containersOf(pod)) {
      const { securityContext: context = {}, resources = {} } = container;
      want(context.readOnlyRootFilesystem === true, `${container.name} may write to its image`);
      want(context.allowPrivilegeEscalation === false, `${container.name} may gain privileges`);
      want(context.capabilities?.drop?.includes('ALL') === true, `${container.name} has capabilities`);
      want(
        resources.requests?.cpu && resources.requests?.memory && resources.limits?.memory,
        `${container.name} has no bounds`,
      );
    }
    if (manifest.kind === 'Job') return problems;
    for (const { name, readinessProbe, livenessProbe } of spec.containers) {
      want(readinessProbe && livenessProbe, `${name} is not asked for its health`);
    }
    return [...problems, ...drainProblems(manifest)];
  });
}

/** What is on its way is handed back before the pod is killed. */
function drainProblems(manifest: Manifest): string[] {
  const { spec } = podOf(manifest);
  const [container] = spec.containers;
  const drain = (container.env ?? []).find(({ name }: Manifest) => name === 'DRAIN_TIMEOUT_MS')?.value;
  if (drain === undefined) return [];
  const leaving = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  if (grace > leaving + Number(drain) / 1_000) return [];
  return [
    `${nameOf(manifest)}: it is killed after ${grace} s, and may leave and drain for ${leaving + Number(drain) / 1_000} s`,
  ];
}

/** Each pod's traffic is named by a policy, and every long-running one of ours has a budget. */
export function coverProblems(all: readonly Manifest[]): string[] {
  const names = (kind: string, labels: (manifest: Manifest) => Manifest) =>
    new Set(ofKind(all, kind).map((one) => labels(one)?.['app.kubernetes.io/name']));
  const policies = names('NetworkPolicy', ({ spec }) => spec.podSelector.matchLabels);
  const budgets = names('PodDisruptionBudget', ({ spec }) => spec.selector.matchLabels);
  const pods = ofKind(all, 'Deployment', 'StatefulSet', 'Job').map((manifest) => ({
    manifest,
    labels: podOf(manifest).metadata.labels,
  }));
  return pods.flatMap(({ manifest, labels }) => {
    const name = labels['app.kubernetes.io/name'];
    const ours = manifest.kind !== 'Job' && labels['app.kubernetes.io/part-of'] === 'orderflow';
    const isStandIn = podOf(manifest).spec.containers[0].args?.[1]?.startsWith('emulators/');
    return [
      ...(policies.has(name) ? [] : [`${nameOf(manifest)}: no policy says whom it may call`]),
      ...(!ours || isStandIn || budgets.has(name) ? [] : [`${nameOf(manifest)}: all of it may be away at once`]),
    ];
  });
}
