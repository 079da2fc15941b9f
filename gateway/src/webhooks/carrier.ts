import { CarrierScan, foreignLine, madeAt, orderIdSchema, readScanTime, scanStatusSchema } from '@orderflow/contracts';
import { z } from 'zod';
import type { GatewayDeps } from '../gateway-deps.ts';
import { type Answer, notFollowed, unauthorised } from './answers.ts';
import { parsed } from './parsing.ts';
import { publishProviderEvent } from './publish-provider-event.ts';
import { signatureProblem } from './signature.ts';
import type { WebhookRequest } from './webhook-request.ts';

const SCAN_IDS = 'f2f1a3c5-6a51-4f6d-9d0c-2b9a6b7f4c1e';

const MOST_SAID = 200;
const shortText = z.string().min(1).max(MOST_SAID);
const scanSchema = z
  .object({
    type: z.literal('shipment.scan'),
    id: shortText,
    shipmentId: shortText,
    /** `<orderId>.<parcelId>`, for a return `<orderId>.r<n>`. */
    reference: shortText,
    orderId: orderIdSchema.optional(),
    trackingNumber: shortText,
    status: shortText,
    // Hand scanners tell local time, wrong zones and zero dates: what was scanned counts all the same.
    scanAt: z.unknown(),
    location: z
      .string()
      .transform((text) => foreignLine(text, MOST_SAID) || undefined)
      .optional(),
  })
  .refine(({ orderId, reference }) => orderId !== undefined || orderIdSchema.safeParse(orderIn(reference)).success, {
    path: ['reference'],
    message: 'must begin with an order id',
  });

/**
 * `POST /webhooks/carrier`: the carrier's scans. What cannot be believed or understood is logged and left at that: the
 * carrier would send it again for ever, and whoever owns the parcel asks for its status when it is silent.
 */
export function receiveScan(deps: GatewayDeps, { body, header }: WebhookRequest): Answer | Promise<Answer> {
  const now = deps.now();
  const problem = signatureProblem(header('carrier-signature'), body, { secret: deps.secrets.carrier, now });
  if (problem !== undefined) return unauthorised(problem);
  const scan = parsed(body, scanSchema);
  if ('answer' in scan) return scan.answer;
  const {
    id: scanId,
    reference,
    orderId = orderIn(reference),
    type: _,
    status: reported,
    scanAt: told,
    ...rest
  } = scan.data;
  const about = { orderId, shipmentId: rest.shipmentId, scanId, status: reported, scanAt: told };
  const { data: status } = scanStatusSchema.safeParse(reported);
  if (status === undefined) {
    deps.log.warn(about, 'a scan with a status that we do not know');
    return notFollowed;
  }
  const { scanAt, clock } = readScanTime(told, now, madeAt(orderId));
  if (clock) deps.log.warn({ ...about, clock, takenFor: scanAt }, 'a scan whose clock is in doubt');
  const said = typeof told === 'string' ? foreignLine(told, MOST_SAID) : undefined;
  const doubt = clock && { clock, receivedAt: now.toISOString(), ...(said !== undefined && { said }) };
  return publishProviderEvent(deps, {
    orderId,
    fact: CarrierScan.of({ ...rest, status, scanId, scanAt, ...doubt }),
    occurrence: scanId,
    namespace: SCAN_IDS,
    at: new Date(scanAt),
  });
}

const orderIn = (reference: string): string => reference.split('.', 1)[0] as string;
