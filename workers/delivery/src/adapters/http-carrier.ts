import { foreignLine, MOST, readScanTime, scanStatusSchema } from '@orderflow/contracts';
import { NotYetError, PermanentError, TransientError, UnknownOutcomeError } from '@orderflow/runtime';
import { z } from 'zod';
import type { CarrierParcel } from '../order-shipments.ts';
import type { AtCarrier, Carrier, CreateResult, Refused, ShipmentRequest } from './carrier.ts';
import { carrierCalls, type HttpCarrierOptions } from './carrier-calls.ts';

const DEFAULT_NAME = 'Parcelwise';

const shipmentSchema = z.object({
  id: z.string().min(1),
  reference: z.string().default(''),
  customerReference: z.string().optional(),
  trackingNumber: z.string().min(1),
  trackingUrl: z.url(),
  eta: z.iso.datetime({ offset: true }),
  carrier: z.string().min(1).default(DEFAULT_NAME),
  status: z.string().optional(),
  scans: z.array(z.object({ status: z.string(), scanAt: z.string().max(200) })).default([]),
});
type RawShipment = z.output<typeof shipmentSchema>;
const shipmentsSchema = z.object({ shipments: z.array(shipmentSchema) });
const problemSchema = z.object({
  error: z.object({
    code: z.string().min(1),
    message: z.string().default(''),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
  }),
});
type Problem = z.output<typeof problemSchema>['error'];

/** A carrier behind its HTTP API: JSON, Bearer key, Idempotency-Key on every write. */
export function httpCarrier(options: HttpCarrierOptions): Carrier {
  const call = carrierCalls(options);

  const list = async (query: string, signal: AbortSignal): Promise<AtCarrier[]> => {
    const { status, body } = await call({ operation: 'shipments.list', path: `/shipments?${query}`, signal });
    if (status !== 200) throw rejected(status, body);
    return understood(shipmentsSchema, body)
      .shipments.map(shown)
      .filter(({ cancelled }) => !cancelled);
  };
  const find: Carrier['find'] = async (reference, signal) =>
    (await list(`reference=${encodeURIComponent(reference)}`, signal))[0] ?? null;

  return {
    find,
    ofOrder: (orderId, signal) => list(`orderId=${encodeURIComponent(orderId)}`, signal),

    status: async (shipmentId, signal) => {
      const path = `/shipments/${encodeURIComponent(shipmentId)}`;
      const { status, body } = await call({ operation: 'shipments.retrieve', path, signal });
      if (status === 404) return null;
      if (status !== 200) throw rejected(status, body);
      return shown(understood(shipmentSchema, body));
    },

    create: async (request, signal): Promise<CreateResult> => {
      const { reference } = request;
      const write = { key: `shipment:${reference}`, body: bodyOf(request) };
      const { status, body } = await call({ operation: 'shipments.create', path: '/shipments', signal, write });
      if (status === 200 || status === 201) return { created: parcelOf(understood(shipmentSchema, body)) };
      const refused = status === 422 ? refusalOf(problemOf(body), request) : undefined;
      if (refused) return { refused };
      const there = status === 409 ? await find(reference, signal) : null;
      // Somebody cancels what an earlier try has made: whoever wants that has stored it when we are called again.
      if (!there && problemOf(body).code === 'REFERENCE_EXISTS')
        throw new NotYetError(`the carrier had a shipment with the reference ${reference}`);
      if (!there) throw rejected(status, body);
      if (there.customerReference !== request.customerReference) {
        throw new NotYetError(`the carrier has another shipment with the reference ${reference}`);
      }
      // Its memory of our key is gone, not of the shipment.
      return { created: there.parcel };
    },

    cancel: async (shipmentId, signal) => {
      const path = `/shipments/${encodeURIComponent(shipmentId)}/cancel`;
      const write = { key: `cancel:${shipmentId}` };
      const { status, body } = await call({ operation: 'shipments.cancel', path, signal, write });
      if (status === 200 || status === 404) return 'cancelled';
      if (status === 409) return 'too late';
      throw rejected(status, body);
    },
  };
}

function understood<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  // Without JSON it is not the carrier that answers; with it, one shipment is odd and the others may be well.
  if (body === undefined) throw new UnknownOutcomeError('carrier', 'its answer is no JSON');
  throw new TransientError(`carrier: its answer makes no sense: ${z.prettifyError(result.error)}`);
}

function problemOf(body: unknown): Problem {
  const result = problemSchema.safeParse(body);
  return result.success ? result.data.error : { code: 'UNKNOWN', message: '', fields: [] };
}

/**
 * An address that nobody can reach and a warehouse that nobody can collect from are refusals; also where our own
 * address of it is wrong, since other parcels of the order may be made already. The rest is our mistake.
 */
function refusalOf(problem: Problem, { origin }: ShipmentRequest): Refused | undefined {
  const { code, fields } = problem;
  const refused = { code, reason: reasonOf(problem) };
  if (code === 'ORIGIN_UNAVAILABLE' && origin !== undefined) return { ...refused, elsewhere: true };
  if (fields.length === 0) return code === 'ADDRESS_UNDELIVERABLE' ? { ...refused, elsewhere: false } : undefined;
  const customers = origin === undefined ? /^(sender|contact)\b/ : /^(recipient|contact)\b/;
  const others = fields.filter(({ field }) => !customers.test(field));
  if (others.length === 0) return { ...refused, elsewhere: false };
  if (origin === undefined || others.some(({ field }) => !/^(sender|origin)\b/.test(field))) return undefined;
  // Where the customer's address is wrong as well, no other warehouse can help.
  return { ...refused, elsewhere: others.length === fields.length, ours: true };
}

function reasonOf({ code, message, fields }: Problem): string {
  const details = fields.map(({ message: detail }) => detail).join('; ');
  return foreignLine([message, details].filter(Boolean).join(': '), MOST.reason) || code;
}

function rejected(status: number, body: unknown): PermanentError {
  const { code, message } = problemOf(body);
  return new PermanentError(`carrier: it answered ${status} ${code}: ${message}`);
}

function parcelOf({ id, carrier, trackingNumber, trackingUrl, eta }: RawShipment): CarrierParcel {
  return { shipmentId: id, carrier, trackingNumber, trackingUrl, eta: new Date(eta).toISOString() };
}

/** Scans of a kind that we don't know are left out. Clocks are read as in webhooks. */
function shown(raw: RawShipment): AtCarrier {
  const now = new Date();
  const scans = raw.scans.flatMap(({ status, scanAt }) => {
    const known = scanStatusSchema.safeParse(status);
    const time = readScanTime(scanAt, now);
    const isFarOff = time.clock === 'behind' || time.clock === 'unreadable';
    // Asked again it would be as of then again, and a parcel never be silent.
    if (!known.success || (isFarOff && known.data !== 'delivered')) return [];
    return [{ status: known.data, ...time }];
  });
  const { reference, customerReference } = raw;
  const names = { reference, ...(customerReference === undefined ? {} : { customerReference }) };
  return { ...names, parcel: parcelOf(raw), cancelled: raw.status === 'cancelled', scans };
}

/** The same for every try of a shipment: the idempotency key stands for exactly this body. */
function bodyOf({ lines, ...request }: ShipmentRequest) {
  const contents = lines.map(({ sku, quantity, name }) => ({ sku, quantity, name: name.slice(0, 200) || sku }));
  return { ...request, lines: contents };
}
