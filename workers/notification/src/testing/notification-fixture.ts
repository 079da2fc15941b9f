import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, NoticeKind } from '@orderflow/contracts';
import { NotificationSent } from '@orderflow/contracts';
import { type Aggregates, DependencyError } from '@orderflow/runtime';
import { eventually, type Infrastructure, startWorkerFixture } from '@orderflow/runtime/testing';
import type { Correspondence } from '../correspondence.ts';
import { notificationParts } from '../parts.ts';
import { notification } from '../worker.ts';
import { type Customer, facts } from './events.ts';
import { startProviders } from './providers.ts';

/** Longer than anything in specs takes, on a busy machine too: specs move the clock past it. */
export const STALE_AFTER_MS = 60_000;
export const SETTLE_MS = 300_000;
const patient = { retry: { delaysMs: [20, 50, 100], maxAttempts: 200 } };

/** Two replicas of the worker on one queue, with real providers, and switches that break them. */
export async function startNotificationFixture(infrastructure: Infrastructure) {
  const providers = await startProviders();
  const workers = await startWorkerFixture(infrastructure);
  const { mail, texts } = providers;
  const parts = notificationParts(workers.database, { mail, texts, retryDelaysMs: [20, 50, 100] });
  const switches = {
    /** Thrown by the next commit that notes a notice: the process died between send and commit. */
    failNextCommit: false,
    /** Thrown instead of writing down that a message was sent. */
    failNextSettle: false,
    /** The mail server offers no look-up. */
    blind: false,
    /** Twilio cannot be asked. */
    blindTexts: false,
    /** How long we wait for the mail server's answer; 0: as configured. */
    patienceMs: 0,
    /** How long the next commit of a notice takes. */
    slowCommitMs: 0,
  };
  const aggregates: Aggregates<Correspondence> = {
    ...parts.aggregates,
    commit: async (commit) => {
      const notes = commit.to.notices.length > (commit.from?.state.notices.length ?? 0);
      const { slowCommitMs } = switches;
      if (notes && slowCommitMs > 0) {
        switches.slowCommitMs = 0;
        await pause(slowCommitMs);
      }
      if (notes && switches.failNextCommit) {
        switches.failNextCommit = false;
        throw new Error('the process died before the commit');
      }
      return parts.aggregates.commit(commit);
    },
  };
  const { ledger } = parts.deps;
  const deps = {
    ...parts.deps,
    patience: { staleAfterMs: STALE_AFTER_MS, settleMs: SETTLE_MS },
    mail: {
      ...mail,
      send: (letter: Parameters<typeof mail.send>[0], signal: AbortSignal) => {
        const { patienceMs } = switches;
        return mail.send(letter, patienceMs > 0 ? AbortSignal.timeout(patienceMs) : signal);
      },
      find: async (...sought: Parameters<typeof mail.find>) => (switches.blind ? undefined : mail.find(...sought)),
    },
    texts: {
      ...texts,
      find: async (...[message, since]: Parameters<typeof texts.find>) => {
        if (switches.blindTexts) throw new DependencyError('twilio', 'cannot be asked');
        // The emulator's clock does not move with the worker's.
        const ahead = workers.clock.now().getTime() - Date.now();
        return texts.find(message, new Date(since.getTime() - ahead));
      },
    },
    ledger: {
      ...ledger,
      settle: async (...settled: Parameters<typeof ledger.settle>) => {
        if (switches.failNextSettle) {
          switches.failNextSettle = false;
          throw new Error('the process died before the ledger knew');
        }
        return ledger.settle(...settled);
      },
    },
  };
  for (const _replica of [1, 2]) await workers.run(notification, { ...parts, deps, aggregates }, patient);

  const publish = (...events: Parameters<typeof workers.publisher.publish>[0]) => workers.publisher.publish(events);
  const documentOf = (orderId: string) =>
    workers.database
      .collection<Correspondence & { _id: string; hops: Record<string, { ignored?: string }> }>('notifications')
      .findOne({ _id: orderId });
  return {
    ...{ workers, providers, switches, ledger, publish, documentOf },
    sent: (orderId: string, kind: NoticeKind, channel: Channel = 'email', occasion?: string) =>
      workers.fact(
        NotificationSent,
        orderId,
        ({ data }) =>
          data.kind === kind && data.channel === channel && (occasion === undefined || data.occasion === occasion),
      ),
    placedAndKnown: async (orderId: string, customer?: Customer) => {
      await publish(facts.placed(orderId, customer));
      await eventually('the order is known', () => documentOf(orderId));
    },
    prefers: async (...preferred: Parameters<typeof facts.preferred>) => {
      const [customerId, , version = 1] = preferred;
      await publish(facts.preferred(...preferred));
      const store = workers.database.collection<{ _id: string; version: number }>('preferences');
      await eventually('the preferences are known', async () => {
        const known = await store.findOne({ _id: customerId });
        return (known?.version ?? 0) >= version;
      });
    },
    /** Waits until the worker has handled this event without a change, and why. */
    ignored: (orderId: string, eventId: string) =>
      eventually(`${eventId} is ignored`, async () => (await documentOf(orderId))?.hops?.[eventId]?.ignored),
    close: async () => {
      await workers.close();
      await providers.close();
    },
  };
}
