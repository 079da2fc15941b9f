import { apiClient } from '@orderflow/stack';
import fc from 'fast-check';
import { orderOf } from '../shop.ts';
import { type Known, prepare, type Target } from './known.ts';
import { requestsOf, type Sent } from './requests.ts';
import { problemWith } from './response-check.ts';
import { sender } from './send.ts';

export interface FuzzOptions {
  readonly requests: number;
  /** The same seed makes the same requests, ids and times aside. */
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

export interface Complaint {
  /** Which request of the seed it was. */
  readonly at: number;
  readonly sent: Sent;
  readonly status: number | undefined;
  readonly what: string;
}

export interface Fuzzed {
  readonly requests: number;
  readonly seconds: number;
  /** How often each status was answered, by what was tried. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly complaints: readonly Complaint[];
  /** What no worker could read of what was let in, by worker and error. */
  readonly deadLettered: readonly string[];
}

const AT_ONCE = 32;
/** So many are made at a time. */
const SLICE = 500;
/** A look into all dead-letter queues takes seconds, and several may stand in line. */
const TIMEOUT_MS = 60_000;

/** Sends hostile requests to a running system and checks every answer; afterwards an ordinary order has to work. */
export async function fuzz(target: Target, { requests, seed, onProgress = () => {} }: FuzzOptions): Promise<Fuzzed> {
  const known = await prepare(target);
  const deadLetteredBefore = await deadLettered(known);
  const { send, close } = sender(target.url, TIMEOUT_MS);
  const statuses = new Map<string, Map<string, number>>();
  const complaints: Complaint[] = [];
  const from = performance.now();

  const attempt = async (sent: Sent, at: number): Promise<void> => {
    const complain = (what: string, status?: number) => complaints.push({ at, sent, what, status });
    try {
      const answered = await send(sent);
      const { status } = answered;
      const counted = statuses.get(sent.about) ?? new Map<string, number>();
      statuses.set(
        sent.about,
        counted.set(String(status ?? 'closed'), (counted.get(String(status ?? 'closed')) ?? 0) + 1),
      );
      const what = problemWith(sent, answered, known);
      if (what !== undefined) complain(what, status);
    } catch (error) {
      complain((error as Error).message);
    }
  };

  const kinds = requestsOf(known);
  for (let begun = 0; begun < requests; begun += SLICE) {
    const numRuns = Math.min(SLICE, requests - begun);
    const slice = fc.sample(kinds, { numRuns, seed: seed + begun }).entries();
    const worker = async () => {
      for (const [at, sent] of slice) await attempt(sent, begun + at);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    onProgress(begun + numRuns);
  }
  close();
  const seconds = (performance.now() - from) / 1_000;
  await stillServes(known);
  const news = (await deadLettered(known)).filter((one) => !deadLetteredBefore.includes(one));
  return { requests, seconds, statuses, complaints, deadLettered: news };
}

async function deadLettered({ target, tokens }: Known): Promise<string[]> {
  const { groups } = await apiClient(target.url, tokens.staff).ops.deadLetters.list.query();
  const unreadable = groups.filter(({ errorClass }) => errorClass === 'InvalidEventError');
  return unreadable.map(({ worker, error, types }) => `${worker} could not read ${types.join(', ')}: ${error}`);
}

/** @throws when an ordinary order is not placed and read */
async function stillServes({ target, tokens }: Known): Promise<void> {
  const { orders } = apiClient(target.url, tokens.customer);
  const { order } = await orders.place.mutate(orderOf());
  await orders.get.query({ orderId: order.id });
}
