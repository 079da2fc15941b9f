import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

interface StreamLimits {
  /** It has to begin within so long. */
  readonly openMs: number;
  /** Longer silence is a broken connection: the other side pings every five seconds. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** What an answer that is no stream says. */
  readonly refusedBy: (response: Response) => Promise<Error>;
}

/** The events of one connection until its end. @throws when it cannot be opened, breaks off or falls silent */
export async function* eventsOf(
  { url, headers }: { url: string; headers: Record<string, string> },
  { openMs, silenceMs, signal, refusedBy }: StreamLimits,
): AsyncGenerator<EventSourceMessage> {
  const cut = new AbortController();
  const stop = () => cut.abort();
  let watchdog = setTimeout(stop, openMs);
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) return;
    const response = await fetch(url, { headers, signal: cut.signal });
    if (!response.ok || !response.body) throw await refusedBy(response);
    const text = response.body.pipeThrough(new TextDecoderStream());
    for await (const event of text.pipeThrough(new EventSourceParserStream())) {
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, silenceMs);
      yield event;
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', stop);
    stop();
  }
}
