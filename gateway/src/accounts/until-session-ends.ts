import type { ViewerSession } from '../access/viewer.ts';
import { DomainError } from '../platform/domain-error.ts';
import type { SessionWatch } from './session-watch.ts';

/**
 * What a stream yields, until its viewer's session ends; then it fails, so that the client does not take it for the end
 * of what was watched and come back.
 * @throws UNAUTHENTICATED
 */
export async function* untilSessionEnds<T>(
  stream: AsyncIterable<T>,
  watch: SessionWatch['watch'],
  session: ViewerSession,
): AsyncGenerator<T> {
  const iterator = stream[Symbol.asyncIterator]();
  const { ended, stop } = await watch(session);
  const over = Promise.withResolvers<never>();
  // Nobody may wait for it just when it comes.
  over.promise.catch(() => {});
  const fail = () => over.reject(new DomainError('UNAUTHENTICATED', 'Your session has ended; sign in again'));
  if (ended.aborted) fail();
  ended.addEventListener('abort', fail, { once: true });
  try {
    while (true) {
      const { done, value } = await Promise.race([over.promise, iterator.next()]);
      if (done) return;
      yield value;
    }
  } finally {
    stop();
    // It waits for news still, and ends with the request.
    void iterator.return?.()?.catch(() => {});
  }
}
