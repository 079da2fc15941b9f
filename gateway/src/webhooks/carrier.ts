import { setTimeout as pause } from 'node:timers/promises';
import {
  CarrierScan,
  createEvent,
  orderIdSchema,
  type ScanStatus,
  scanStatusSchema,
  sourceOf,
} from '@orderflow/contracts';
import { errorMessage, newTraceparent } from '@orderflow/runtime';
import type { FastifyInstance } from 'fastify';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import type { GatewayDeps } from '../api/trpc.ts';
import { gateway } from '../worker.ts';
import { signatureProblem } from './signature.ts';

/** The carrier's clock may be ahead of ours by so much. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;
/** The carrier waits for our answer; without a confirm by then it is asked to come again. */
const CONFIRM_WAIT_MS = 5_000;

/** Statuses of the carrier's that no fact of ours stands for yet; taken and left at that. */
const UNFOLLOWED = ['delivery_failed', 'lost', 'returned_to_sender'] as const;

/** The namespace of event ids that are made from the carrier's scan ids (UUIDv5; RFC 9562, section 5.5). */
const SCAN_IDS = 'f2f1a3c5-6a51-4f6d-9d0c-2b9a6b7f4c1e';

const shortText = z.string().min(1).max(200);
const scanSchema = z.object({
  type: z.literal('shipment.scan'),
  id: shortText,
  shipmentId: shortText,
  reference: orderIdSchema,
  trackingNumber: shortText,
  status: z.enum([...scanStatusSchema.options, ...UNFOLLOWED]),
  scanAt: z.iso.datetime({ offset: true }),
  location: z.string().max(200).optional(),
});
type Scan = z.infer<typeof scanSchema>;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** `POST /webhooks/carrier`: the carrier's scans. Answers 200 only when the broker has confirmed the fact. */
export function carrierWebhook(deps: GatewayDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/webhooks/carrier', async (request, reply) => {
      const header = request.headers['carrier-signature'];
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await receive(deps, typeof header === 'string' ? header : undefined, body);
      return reply.code(answer.status).send(answer.body);
    });
  };
}

async function receive(deps: GatewayDeps, header: string | undefined, body: Buffer): Promise<Answer> {
  const now = deps.now();
  const problem = signatureProblem(header, body, { secret: deps.carrierWebhookSecret, now });
  if (problem !== undefined) {
    deps.log.warn({ problem }, 'carrier webhook refused');
    return { status: 401, body: { error: { message: problem } } };
  }
  const json = parsed(body);
  if (json === undefined) return malformed('body', 'is not valid JSON');
  const scan = scanSchema.safeParse(json);
  if (!scan.success) {
    const [issue] = scan.error.issues;
    return malformed(issue?.path.join('.') || 'body', issue?.message ?? 'is not valid');
  }
  if (Date.parse(scan.data.scanAt) > now.getTime() + FUTURE_TOLERANCE_MS) {
    return malformed('scanAt', 'lies in the future');
  }
  const { status } = scan.data;
  if (!isFollowed(status)) return { status: 200, body: { received: true, followed: false } };
  return publish(deps, { ...scan.data, status });
}

async function publish(deps: GatewayDeps, scan: Scan & { status: ScanStatus }): Promise<Answer> {
  const { id: scanId, reference, type: _, ...data } = scan;
  const event = {
    ...createEvent(CarrierScan.of({ ...data, scanId }), {
      source: sourceOf(gateway),
      subject: reference,
      time: new Date(scan.scanAt),
      region: deps.region,
      traceparent: (await traceOf(deps, reference)) ?? newTraceparent(),
    }),
    // The carrier sends a scan again when it missed our answer; the same id makes it the same fact.
    id: uuidv5(scanId, SCAN_IDS),
  };
  const confirmed = new AbortController();
  try {
    if (deps.publisher.unavailable !== undefined) throw new Error(deps.publisher.unavailable);
    const late = pause(CONFIRM_WAIT_MS, undefined, { signal: confirmed.signal }).then(() => {
      throw new Error(`no confirm within ${CONFIRM_WAIT_MS} ms`);
    });
    await Promise.race([deps.publisher.publish([event]), late]);
    deps.log.info({ orderId: reference, eventId: event.id, status: scan.status }, 'carrier scan published');
    return { status: 200, body: { received: true } };
  } catch (error) {
    deps.log.warn(
      { orderId: reference, error: errorMessage(error) },
      'carrier scan not taken; the carrier tries again',
    );
    return { status: 503, body: { error: { message: 'Cannot be taken at the moment; try again' } } };
  } finally {
    confirmed.abort();
  }
}

/** The order's own trace. A store that is away must not keep a scan from its order. */
const traceOf = (deps: GatewayDeps, orderId: string): Promise<string | undefined> =>
  deps.orders.traceOf(orderId).catch(() => undefined);

const isFollowed = (status: Scan['status']): status is ScanStatus => scanStatusSchema.safeParse(status).success;

const malformed = (field: string, message: string): Answer => ({
  status: 400,
  body: { error: { field, message: `${field} ${message}` } },
});

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
