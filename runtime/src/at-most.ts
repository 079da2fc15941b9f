/** What `atMost` gives when the time is up first. */
export const LATE = Symbol('late');

/** Waits for work, but not for ever; the work goes on. With a timer only: an aborted signal costs an error with its stack. */
export function atMost<T>(ms: number, work: Promise<T>): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, LATE);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/**
 * Does work under the signal, which is aborted also when the time is up. `AbortSignal.timeout` would go off after the work
 * has long ended, each time with an error that nobody sees.
 */
export async function abortedAfter<T>(
  ms: number,
  signal: AbortSignal,
  work: (bound: AbortSignal) => Promise<T>,
): Promise<T> {
  const bound = new AbortController();
  const stop = () => bound.abort(signal.reason);
  const timer = setTimeout(() => bound.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError')), ms);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await work(bound.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
