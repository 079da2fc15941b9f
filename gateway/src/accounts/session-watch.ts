import type { ViewerSession } from '../access/viewer.ts';
import type { OptionalRedis } from '../platform/redis.ts';

/** What is left of a session: undefined when it has ended. */
export type SessionEnds = (ids: readonly string[]) => Promise<ReadonlyMap<string, Date>>;

/** How often the store is asked: with Redis in case a message got lost, without it for that is all there is. */
const POLL_MS = { with: 10_000, without: 250 } as const;
/** Longer waits than this overflow a timer. */
const LONGEST_MS = 2 ** 31 - 1;

interface Watched {
  readonly session: ViewerSession;
  readonly controller: AbortController;
  timer: NodeJS.Timeout | undefined;
}

export type SessionWatch = ReturnType<typeof createSessionWatch>;

/** Tells when a session ends that something is streamed for: on every replica, whichever of them ended it. */
export function createSessionWatch(redis: OptionalRedis, endsOf: SessionEnds) {
  const { subscriber } = redis;
  const channel = redis.name('sessions');
  const watched = new Set<Watched>();
  let polling: NodeJS.Timeout | undefined;
  let subscribed = false;

  /** Those that the store does not know any more end; when it cannot be asked, those whose time is up. */
  const check = async (some: readonly Watched[]): Promise<void> => {
    if (some.length === 0) return;
    const ends = await endsOf([...new Set(some.map(({ session }) => session.id))]).catch(() => undefined);
    for (const one of some) {
      const until = ends ? ends.get(one.session.id) : one.session.expiresAt;
      if (until === undefined || until.getTime() <= Date.now()) end(one);
      else expireAt(one, until);
    }
  };
  const all = () => check([...watched]);
  const ofUser = (userId: string) => check([...watched].filter(({ session }) => session.userId === userId));

  const end = (one: Watched) => {
    forget(one);
    one.controller.abort();
  };
  const forget = (one: Watched) => {
    clearTimeout(one.timer);
    watched.delete(one);
    if (watched.size > 0) return;
    clearTimeout(polling);
    polling = undefined;
    subscribed = false;
    if (subscriber.status === 'ready') subscriber.unsubscribe(channel).catch(() => {});
  };
  const expireAt = (one: Watched, until: Date) => {
    clearTimeout(one.timer);
    if (!watched.has(one)) return;
    one.timer = setTimeout(() => void check([one]), Math.min(LONGEST_MS, Math.max(0, until.getTime() - Date.now())));
    one.timer.unref();
  };

  const subscribe = async () => {
    if (subscriber.status !== 'ready') return;
    await subscriber.subscribe(channel).then(
      () => {
        subscribed = true;
      },
      () => {},
    );
  };
  subscriber.on('message', (name: string, userId: string) => {
    if (name === channel) void ofUser(userId);
  });
  subscriber.on('close', () => {
    subscribed = false;
    poll();
  });
  // What was said while Redis was away went unheard.
  subscriber.on('ready', async () => {
    if (watched.size === 0) return;
    await subscribe();
    await all();
  });

  const poll = () => {
    clearTimeout(polling);
    if (watched.size === 0) return;
    polling = setTimeout(() => void all().finally(poll), subscribed ? POLL_MS.with : POLL_MS.without);
    polling.unref();
  };

  return {
    /** A session of this user has ended: every replica looks. Never rejects. */
    async ended(userId: string): Promise<void> {
      await Promise.all([ofUser(userId), redis.attempt((client) => client.publish(channel, userId))]);
    },

    /** @returns a signal that aborts once the session has ended, and what to call when nobody listens any more */
    async watch(session: ViewerSession): Promise<{ ended: AbortSignal; stop(): void }> {
      const one: Watched = { session, controller: new AbortController(), timer: undefined };
      watched.add(one);
      if (!subscribed) await subscribe();
      if (polling === undefined) poll();
      // It may have ended since it was looked up.
      await check([one]);
      return { ended: one.controller.signal, stop: () => forget(one) };
    },
  };
}
