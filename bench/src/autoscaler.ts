/** How a replica count may change at once (Kubernetes API, HPAScalingRules). */
interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly policies: readonly { readonly type: 'Pods'; readonly value: number; readonly periodSeconds: number }[];
}

/** What counts of a ScaledObject: by which queue, between which numbers, how fast. */
export interface ScalingRule {
  readonly queue: string;
  readonly vhost: string;
  /** Messages for each replica. */
  readonly target: number;
  readonly min: number;
  readonly max: number;
  readonly pollSeconds: number;
  readonly up: ScalingRules;
  readonly down: ScalingRules;
}

/** KEDA's object as `docker/kubernetes` has it. */
// biome-ignore lint/suspicious/noExplicitAny: its schema is checked with the manifests
export function ruleOf({ spec }: any): ScalingRule {
  const [{ metadata }] = spec.triggers;
  const { scaleUp, scaleDown } = spec.advanced.horizontalPodAutoscalerConfig.behavior;
  return {
    queue: metadata.queueName,
    vhost: metadata.vhostName,
    target: Number(metadata.value),
    min: spec.minReplicaCount,
    max: spec.maxReplicaCount,
    pollSeconds: spec.pollingInterval,
    up: scaleUp,
    down: scaleDown,
  };
}

/** Of one so small the autoscaler makes no change (`--horizontal-pod-autoscaler-tolerance`). */
const TOLERANCE = 0.1;

/**
 * How many replicas the horizontal autoscaler wants, time by time: one for each `target` messages; of what it wanted within
 * the window the most (down) or the least (up); and no more of a change than the policies allow.
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function createAutoscaler(rule: ScalingRule) {
  const wanted: { at: number; replicas: number }[] = [];
  const changes: { at: number; by: number }[] = [];
  const within = <T extends { at: number }>(list: readonly T[], now: number, seconds: number) =>
    list.filter(({ at }) => at > now - seconds);
  const changed = (now: number, seconds: number, sign: 1 | -1) =>
    within(changes, now, seconds).reduce((sum, { by }) => sum + Math.max(0, by * sign), 0);

  /** @param now in seconds; @param current replicas; @param messages in the queue, ready and unacknowledged */
  return (now: number, current: number, messages: number): number => {
    const needed = Math.ceil(messages / rule.target);
    const isClose = Math.abs(messages / (rule.target * current) - 1) <= TOLERANCE;
    const raw = Math.min(Math.max(isClose ? current : needed, rule.min), rule.max);
    wanted.push({ at: now, replicas: raw });
    const recent = ({ stabilizationWindowSeconds: seconds }: ScalingRules) => [
      raw,
      ...within(wanted, now, seconds).map(({ replicas }) => replicas),
    ];
    const least = Math.min(...recent(rule.up));
    const most = Math.max(...recent(rule.down));
    const stable = Math.min(Math.max(current, least), most);
    const limits = (rules: ScalingRules, sign: 1 | -1) =>
      rules.policies.map(({ value, periodSeconds }) => value - changed(now, periodSeconds, sign));
    const next =
      stable > current
        ? Math.min(stable, current + Math.max(0, ...limits(rule.up, 1)))
        : Math.max(stable, current - Math.max(0, ...limits(rule.down, -1)));
    if (next !== current) changes.push({ at: now, by: next - current });
    return next;
  };
}
