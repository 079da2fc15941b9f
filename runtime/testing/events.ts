import { createEvent, type EventDefinition, type EventOf } from '@orderflow/contracts';
import type { z } from 'zod';
import type { HandlerContext } from '../src/handler.ts';
import { createLog } from '../src/log.ts';

/** An event as a worker would receive it, from one whose word it is. */
export function eventFor<D extends EventDefinition>(
  definition: D,
  subject: string,
  data: z.input<D['data']>,
  options: { time?: Date; source?: string } = {},
): EventOf<D> {
  return createEvent(definition.of(data), {
    source: options.source ?? `/${definition.saidBy[0] ?? 'test'}`,
    subject,
    time: options.time ?? new Date('2026-01-01T12:00:00Z'),
    region: 'test',
  }) as EventOf<D>;
}

/** The context of a first delivery, for calling a handler directly. */
export function contextFor(over: Partial<HandlerContext> = {}): HandlerContext {
  return {
    attempt: 1,
    triedBefore: false,
    lastTry: 'none',
    notes: new Map(),
    now: new Date('2026-01-01T12:00:00Z'),
    signal: new AbortController().signal,
    log: createLog('test', 'silent'),
    ...over,
  };
}
