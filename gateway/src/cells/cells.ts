import { setTimeout as pause } from 'node:timers/promises';
import { apiErrorDataSchema } from '@orderflow/contracts';
import { abortedAfter, errorMessage, type Logger } from '@orderflow/runtime';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import type { Viewer } from '../access/viewer.ts';
import { DomainError } from '../platform/domain-error.ts';
import { eventsOf } from './cell-stream.ts';
import type { CellTokens, Introduction } from './cell-token.ts';
import type { Directory, Region } from './directory.ts';

/** Where a gateway introduces whoever it asks for. What has it is answered here, and never sent on again. */
export const CELL_HEADER = 'x-orderflow-cell';

/** A procedure's call as it came in. */
export interface Call {
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly input: unknown;
  readonly viewer: Viewer;
  /** The visitor's. */
  readonly address: string;
  readonly about?: Introduction['about'];
  readonly traceparent?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Asked = Pick<Call, 'path' | 'type' | 'signal'>;

/** The other regions of the shop, as this one's gateway sees them. */
export interface Cells extends Directory {
  /** Its answer. @throws what it refuses with, and REGION_UNAVAILABLE naming it where there is none */
  ask(region: Region, call: Call): Promise<unknown>;
  /**
   * What it streams, with its event ids. What breaks off after its beginning goes on where it was, once the region is back.
   * @param patient it may be away at the beginning, too
   * @throws as `ask`
   */
  stream(region: Region, call: Call, patient?: boolean): AsyncGenerator<unknown>;
  /** A PDF, by the link's path and token, which is good in all regions. @throws as `ask` */
  document(region: Region, path: string): Promise<Buffer>;
  /** Who is asked for. @throws UNAUTHENTICATED for what no other region has sent */
  introduced(header: string): Promise<Introduction>;
}

export interface CellsOptions {
  readonly directory: Directory;
  readonly tokens: CellTokens;
  readonly timeoutMs: number;
  readonly log: Logger;
}

const RETRY_AFTER_SECONDS = 5;
/** Between two tries to go on with a stream. */
const STREAM_RETRY_MS = 1_000;
const STREAM_SILENCE_MS = 15_000;
const NEVER = new AbortController().signal;

const resultSchema = z.object({ result: z.object({ data: z.unknown() }) });
const shapeSchema = z.object({ message: z.string(), data: apiErrorDataSchema });
const failureSchema = z.object({ error: shapeSchema });

export function createCells({ directory, tokens, timeoutMs, log }: CellsOptions): Cells {
  const { here } = directory;

  const requestTo = async (region: Region, { path, type, input, viewer, address, about, traceparent }: Call) => {
    const body = JSON.stringify(input ?? {});
    const url = `${region.url}/trpc/${path}`;
    return {
      body,
      url: type === 'mutation' ? url : `${url}?input=${encodeURIComponent(body)}`,
      headers: {
        [CELL_HEADER]: await tokens.introduce({ from: here.name, viewer, address, about }, region.name),
        'content-type': 'application/json',
        ...(type === 'subscription' && { accept: 'text/event-stream' }),
        ...(traceparent !== undefined && { traceparent }),
      } as Record<string, string>,
    };
  };

  const away = (region: Region, call: Asked, error: unknown): DomainError => {
    log.warn({ region: region.name, procedure: call.path, why: errorMessage(error) }, 'a region gave no answer');
    return unavailable(region, call, error);
  };

  const answered = async <T>(region: Region, call: Asked, ask: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await abortedAfter(timeoutMs, call.signal ?? NEVER, ask);
    } catch (error) {
      throw error instanceof DomainError ? error : away(region, call, error);
    }
  };

  return {
    ...directory,
    introduced: (header) => tokens.read(header, here.name),

    async ask(region, call) {
      const { url, headers, body } = await requestTo(region, call);
      const post = call.type === 'mutation' ? { method: 'POST', body } : {};
      return answered(region, call, async (signal) => {
        const response = await fetch(url, { ...post, headers, signal });
        if (!response.ok) throw await refusal(region, response);
        return resultSchema.parse(await response.json()).result.data;
      });
    },

    document: (region, path) =>
      answered(region, { path: 'document', type: 'query' }, async (signal) => {
        const response = await fetch(`${region.url}${path}`, { headers: { [CELL_HEADER]: here.name }, signal });
        if (!response.ok) throw await refusal(region, response);
        return Buffer.from(await response.arrayBuffer());
      }),

    async *stream(region, call, patient = false) {
      const { signal = NEVER } = call;
      let { input } = call;
      let isOpen = patient;
      for (; !signal.aborted; await pause(STREAM_RETRY_MS, undefined, { signal }).catch(() => {})) {
        try {
          const request = await requestTo(region, { ...call, input });
          const refusedBy = (response: Response) => refusal(region, response);
          const limits = { openMs: timeoutMs, silenceMs: STREAM_SILENCE_MS, signal, refusedBy };
          for await (const { event = 'message', id, data } of eventsOf(request, limits)) {
            isOpen = true;
            if (event === 'return') return;
            if (event === 'serialized-error') throw refusedWith(region, shapeSchema.parse(JSON.parse(data)));
            if (event !== 'message') continue;
            if (id) input = { ...(input as object), lastEventId: id };
            yield id ? tracked(id, JSON.parse(data)) : JSON.parse(data);
          }
        } catch (error) {
          if (signal.aborted) return;
          if (isOpen && isOutage(error)) continue;
          throw error instanceof DomainError ? error : away(region, call, error);
        }
      }
    },
  };
}

/** What the other gateway refuses with, as if it were refused here. @throws Error for what is no answer of the API */
const refusal = async (region: Region, response: Response): Promise<Error> =>
  refusedWith(region, failureSchema.parse(await response.json()).error);

function refusedWith({ name }: Region, { message, data }: z.output<typeof shapeSchema>): DomainError {
  const { reason, field, issues, retryAfterSeconds, httpStatus } = data;
  return new DomainError(reason, httpStatus >= 500 ? `Region ${name}: ${message}` : message, {
    ...(field !== undefined && { field }),
    ...(issues && { issues }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** Reasons that go by themselves: what was open goes on then. */
const OUTAGES: readonly string[] = ['STORE_UNAVAILABLE', 'BROKER_UNAVAILABLE', 'REGION_UNAVAILABLE'];

/** Whether it is worth asking again, as anything is that no answer came of. */
export const isOutage = (error: unknown): boolean => !(error instanceof DomainError) || OUTAGES.includes(error.reason);

const NOT_REACHED = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

function unavailable({ name }: Region, { type }: Asked, error: unknown): DomainError {
  const code = (error as { cause?: { code?: string } }).cause?.code ?? '';
  const why =
    type === 'mutation' && !NOT_REACHED.includes(code)
      ? 'gave no answer: it may be done all the same. Look, or send the same again'
      : 'cannot be reached, and nothing was done; try again';
  return new DomainError('REGION_UNAVAILABLE', `The region ${name} ${why}`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
