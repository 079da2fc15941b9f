/** A browser opens six connections to a host over HTTP/1.1 (RFC 9112, 9.4), for all tabs: some stay free for calls. */
const SLOTS = 3;

/**
 * One of the connections that streams may take up in this browser, until the signal aborts. While all are taken it asks
 * its caller again and again to look by itself.
 * @returns false: aborted before there was one
 */
export async function takeSlot(
  signal: AbortSignal,
  { everyMs, onWait }: { everyMs: number; onWait(): void },
): Promise<boolean> {
  // Only pages that came safely have locks; others are rarely opened in so many tabs.
  if (!('locks' in navigator)) return !signal.aborted;
  while (!signal.aborted) {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (await taken(`orderflow-stream-${slot}`, signal)) return !signal.aborted;
    }
    onWait();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return false;
}

function taken(name: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      if (!lock || signal.aborted) return;
      return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
    });
  });
}
