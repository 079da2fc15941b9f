import { z } from 'zod';

/** The way of a parcel; the rank of a scan is its place here. */
export const scanStatuses = ['picked_up', 'in_transit', 'out_for_delivery', 'delivered'] as const;
export type ScanStatus = (typeof scanStatuses)[number];
const failedStatuses = ['delivery_failed', 'lost', 'returned_to_sender'] as const;
export const anyScan = z.enum([...scanStatuses, ...failedStatuses]);
export type AnyScan = z.output<typeof anyScan>;
export type ShipmentStatus = 'created' | 'cancelled' | AnyScan;

export const rankOf = (status: AnyScan): number =>
  ({
    picked_up: 1,
    in_transit: 2,
    out_for_delivery: 3,
    delivery_failed: 4,
    delivered: 5,
    returned_to_sender: 6,
    lost: 6,
  })[status];

/** Minutes a parcel takes from the step before; divided by the carrier's speed. */
const minutes = {
  standard: { picked_up: 30, in_transit: 8 * 60, out_for_delivery: 34 * 60, delivered: 5 * 60 },
  express: { picked_up: 15, in_transit: 3 * 60, out_for_delivery: 14 * 60, delivered: 3 * 60 },
};
export type Service = keyof typeof minutes;
/** What goes wrong happens when the parcel was to be delivered, or, where it is lost, to go out. */
export const pauseBefore = (service: Service, status: AnyScan): number => {
  const expected = status === 'lost' ? 'out_for_delivery' : isUsual(status) ? status : 'delivered';
  return minutes[service][expected] * 60_000;
};
const isUsual = (status: AnyScan): status is ScanStatus => (scanStatuses as readonly string[]).includes(status);
export const wholeWay = (service: Service): number =>
  scanStatuses.reduce((sum, status) => sum + pauseBefore(service, status), 0);
/** What is to go wrong with a parcel on its way. */
export const fate = z.enum(failedStatuses);
export type Fate = z.output<typeof fate>;
export const nextScan = ({ status, scans }: Pick<Shipment, 'status' | 'scans'>, fated?: Fate): AnyScan | undefined => {
  const next = usuallyNext(status);
  if (fated === undefined || next !== (fated === 'lost' ? 'out_for_delivery' : 'delivered')) return next;
  // A second attempt at the door succeeds.
  return fated === 'delivery_failed' && scans.some((scan) => scan.status === fated) ? next : fated;
};
function usuallyNext(status: ShipmentStatus): ScanStatus | undefined {
  if (status === 'created') return 'picked_up';
  if (status === 'delivery_failed') return 'out_for_delivery';
  const at = scanStatuses.indexOf(status as ScanStatus);
  return at < 0 ? undefined : scanStatuses[at + 1];
}

const descriptions: Record<AnyScan, string> = {
  picked_up: 'Picked up from the sender',
  in_transit: 'Sorted at the parcel centre',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
  delivery_failed: 'Nobody was at home, we try again',
  lost: 'The parcel cannot be found',
  returned_to_sender: 'Brought back to the sender',
};
export const describeScan = (status: AnyScan): string => descriptions[status];

const line = z.string().trim().min(1).max(200);
export const address = z.object({
  name: line,
  company: line.optional(),
  line1: line,
  line2: z.string().max(200).optional(),
  city: line,
  region: z.string().max(100).optional(),
  postalCode: z.string().trim().min(2).max(16),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code'),
});
export const newShipment = z.object({
  reference: z.string().min(1).max(200),
  orderId: z.string().max(200).optional(),
  /** Anything of the shop's own by which it knows the shipment. */
  customerReference: z.string().max(200).optional(),
  service: z.enum(['standard', 'express']),
  readyAt: z.iso.datetime({ offset: true }).optional(),
  parcel: z
    .object({ weightGrams: z.int().positive().max(70_000).optional() })
    .loose()
    .optional(),
  lines: z
    .array(z.object({ sku: line, quantity: z.int().positive(), name: line.optional() }).loose())
    .max(100)
    .optional(),
  /** The shop's name for the place of collection, e.g. a warehouse. */
  origin: line.optional(),
  sender: address.optional(),
  recipient: address,
  contact: z
    .object({ email: z.email({ pattern: z.regexes.html5Email }).optional(), phone: z.string().max(32).optional() })
    .loose()
    .optional(),
});
type NewShipment = z.output<typeof newShipment>;

export type Scan = { id: string; status: AnyScan; rank: number; scanAt: string; location: string; description: string };
export type Shipment = {
  id: string;
  reference: string;
  orderId?: string | undefined;
  customerReference?: string | undefined;
  trackingNumber: string;
  trackingUrl: string;
  labelUrl: string;
  carrier: string;
  service: Service;
  status: ShipmentStatus;
  readyAt: string;
  eta: string;
  createdAt: string;
  cancelledAt?: string;
  origin?: string | undefined;
  sender?: NewShipment['sender'];
  recipient: NewShipment['recipient'];
  lines?: NewShipment['lines'];
  scans: Scan[];
};

const served = new Set(
  'AT AU BE BG CA CH CZ DE DK EE ES FI FR GB GR HR HU IE IS IT JP LI LT LU LV MT MX NL NO NZ PL PT RO SE SG SI SK US'.split(
    ' ',
  ),
);
/** Why nobody can be reached at this address, or nothing. */
export function undeliverable(
  side: 'sender' | 'recipient',
  { country, postalCode }: z.output<typeof address>,
): { field: string; message: string } | undefined {
  if (!served.has(country)) return { field: `${side}.country`, message: `${country} is not served` };
  if (/^[0\s-]+$/.test(postalCode)) return { field: `${side}.postalCode`, message: `${postalCode} does not exist` };
  return undefined;
}
