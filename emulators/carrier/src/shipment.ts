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
export const pauseBefore = (service: Service, status: ScanStatus): number => minutes[service][status] * 60_000;
export const wholeWay = (service: Service): number =>
  scanStatuses.reduce((sum, status) => sum + pauseBefore(service, status), 0);
export const nextScan = (status: ShipmentStatus): ScanStatus | undefined => {
  if (status === 'created') return 'picked_up';
  if (status === 'delivery_failed') return 'out_for_delivery';
  const at = scanStatuses.indexOf(status as ScanStatus);
  return at < 0 ? undefined : scanStatuses[at + 1];
};

const descriptions: Record<AnyScan, string> = {
  picked_up: 'Picked up from the sender',
  in_transit: 'Sorted at the parcel centre',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
  delivery_failed: 'Nobody was at home, we try again',
  lost: 'The parcel cannot be found',
  returned_to_sender: 'Going back to the sender',
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
  recipient: address,
  contact: z
    .object({ email: z.email().optional(), phone: z.string().max(32).optional() })
    .loose()
    .optional(),
});
type NewShipment = z.output<typeof newShipment>;

export type Scan = { id: string; status: AnyScan; rank: number; scanAt: string; location: string; description: string };
export type Shipment = {
  id: string;
  reference: string;
  orderId?: string | undefined;
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
  recipient: NewShipment['recipient'];
  lines?: NewShipment['lines'];
  scans: Scan[];
};

const served = new Set(
  'AT AU BE BG CA CH CZ DE DK EE ES FI FR GB GR HR HU IE IS IT JP LI LT LU LV MT MX NL NO NZ PL PT RO SE SG SI SK US'.split(
    ' ',
  ),
);
/** Why this address cannot be delivered to, or nothing. */
export function undeliverable({
  country,
  postalCode,
}: z.output<typeof address>): { field: string; message: string } | undefined {
  if (!served.has(country)) return { field: 'recipient.country', message: `${country} is not served` };
  if (/^[0\s-]+$/.test(postalCode)) return { field: 'recipient.postalCode', message: `${postalCode} does not exist` };
  return undefined;
}
