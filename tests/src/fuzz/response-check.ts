import { apiErrorDataSchema } from '@orderflow/contracts';
import { z } from 'zod';
import type { Known } from './known.ts';
import type { Sent } from './requests.ts';
import type { Answered } from './send.ts';

/** What an answer may never hold, whoever asks. Whatever stands here is never sent, so no answer can repeat it. */
const INSIDES: readonly RegExp[] = [
  /\bat [^\n"]{1,200}\.[cm]?[jt]s:\d+/,
  /node_modules|node:internal|file:\/\//,
  /\b(?:mongodb(?:\+srv)?|amqps?|rediss?):\/\//,
  /\b(?:Zod|Mongo\w*|Mongoose|BSON|Redis|Reply|Type|Range|Syntax|Reference)Error\b/,
  /\bE11000\b|\bECONN[A-Z]+\b|\bENOENT\b/,
  /Cannot (?:read|convert|set) |is not a function|is not iterable|\[object \w+\]|Cast to \w+ failed/,
  /"\$(?:oid|date|numberLong)"/,
];

/** Something outside is away, and the caller is told so. */
const AWAY = new Set(['STORE_UNAVAILABLE', 'BROKER_UNAVAILABLE', 'AUDITOR_UNAVAILABLE', 'PROVIDER_UNAVAILABLE']);

const refusalSchema = z.object({
  error: z.object({
    message: z.string().min(1),
    data: apiErrorDataSchema.optional(),
    field: z.string().min(1).optional(),
  }),
});

/** What is wrong with an answer; undefined: nothing. */
export function problemWith(
  sent: Sent,
  answered: Answered,
  known: Pick<Known, 'marks' | 'others' | 'target'>,
): string | undefined {
  const { text, status } = answered;
  const inside = INSIDES.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
  if (inside !== undefined) return `shows its insides: ${inside}`;
  if (Object.values(known.target.secrets).some((secret) => text.includes(secret))) return 'shows a secret';
  if (sent.who !== 'staff') {
    if (known.marks.some((mark) => text.includes(mark))) return "shows somebody else's order";
    const isTheirs = known.others.some((id) => sent.path.includes(id));
    if (sent.about === 'document' && status === 200 && isTheirs) return "shows somebody else's document";
  }
  if (status === undefined || sent.about === 'bytes') return (status ?? 0) >= 500 ? `answers ${status}` : undefined;
  const isStream = answered.type.startsWith('text/event-stream');
  if (status < 400 && status !== 207 && !isStream) return undefined;
  // Probes are answered by status alone, and an answer to HEAD has no body.
  if (sent.path.startsWith('/health/') || sent.method === 'HEAD')
    return status >= 500 && status !== 503 ? `answers ${status}` : undefined;
  return complaintAboutRefusals(sent, answered);
}

function complaintAboutRefusals(sent: Sent, { status, type, text }: Answered): string | undefined {
  const refusals = type.startsWith('text/event-stream') ? refusalsInStream(text) : refusalsIn(text, sent);
  if (refusals === undefined)
    return status !== undefined && status >= 500
      ? `answers ${status}: ${text.slice(0, 200)}`
      : 'refuses in words of its own';
  for (const one of refusals) {
    const parsed = refusalSchema.safeParse(one);
    if (!parsed.success) return 'refuses in words of its own';
    const { error } = parsed.data;
    const reason = error.data?.reason;
    const httpStatus = error.data?.httpStatus ?? status ?? 0;
    if (httpStatus >= 500) {
      if (httpStatus !== 503) return `answers ${httpStatus}`;
      if (reason !== undefined && !AWAY.has(reason)) return `answers 503 for ${reason}`;
    }
    const needsField = reason === 'INVALID_INPUT' || (reason === undefined && httpStatus === 400);
    if (needsField && (error.data?.field ?? error.field) === undefined)
      return 'refuses an input without naming the field';
  }
  return undefined;
}

/** A stream has begun with 200 when it is refused; the refusal is an event of it. */
function refusalsInStream(text: string): unknown[] {
  const events = [...text.matchAll(/^event: serialized-error\ndata: (.*)$/gm)];
  return events.map(([, data = '']) => ({ error: JSON.parse(data) as unknown }));
}

/** The refusals in an answer, which may be one or a batch's. */
function refusalsIn(text: string, { path }: Sent): unknown[] | undefined {
  try {
    const all: unknown = JSON.parse(text);
    const list = Array.isArray(all) && path.includes('batch=1') ? all : [all];
    return list.filter((one) => !(one !== null && typeof one === 'object' && 'result' in one));
  } catch {
    return undefined;
  }
}
