import type { WorkerDefinition } from '@orderflow/contracts';
import { PASSWORDS, SETTINGS } from './environment.ts';
import type { Resource } from './workloads.ts';

/** The broker's user who looks at queues, for the autoscaler. */
export const AUTOSCALER = 'autoscaler';
/** The namespace of the base; an overlay with another replaces it in the broker's address too. */
const NAMESPACE = 'orderflow';

/**
 * KEDA's rule for a worker: one replica for each `value` messages of its queue, ready and unacknowledged together (so
 * `http`: over AMQP it sees the ready ones only). Never to zero, since a worker acts on deadlines without any message.
 * @param prefetch how many messages one process takes at once
 * @see https://keda.sh/docs/2.17/scalers/rabbitmq-queue/
 */
export const scaledObjectOf = (
  { name }: WorkerDefinition,
  queue: string,
  vhost: string,
  prefetch: number,
): Resource => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicaCount: 1,
    maxReplicaCount: 10,
    pollingInterval: 5,
    // Without an answer of the broker the number stays above one: its queues are not known to be short.
    fallback: { failureThreshold: 3, replicas: 2 },
    advanced: {
      horizontalPodAutoscalerConfig: {
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] },
          // A queue that has just been emptied is filled again by the next wave: leave slowly, one after the other.
          scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
        },
      },
    },
    triggers: [
      {
        type: 'rabbitmq',
        metadata: {
          host: `http://rabbitmq.${NAMESPACE}.svc:15672/`,
          protocol: 'http',
          vhostName: vhost,
          queueName: queue,
          mode: 'QueueLength',
          value: String(prefetch),
        },
        authenticationRef: { name: AUTOSCALER },
      },
    ],
  },
});

/** Who KEDA asks the broker as. */
export const triggerAuthentication: Resource = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'TriggerAuthentication',
  metadata: { name: AUTOSCALER },
  spec: {
    configMapTargetRef: [{ parameter: 'username', name: SETTINGS, key: 'AUTOSCALER_USER' }],
    secretTargetRef: [{ parameter: 'password', name: PASSWORDS, key: 'AUTOSCALER_PASSWORD' }],
  },
};
