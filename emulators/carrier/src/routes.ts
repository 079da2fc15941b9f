import type { Guarded } from '@orderflow/emulator-control';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { openIdempotency } from './idempotency.ts';
import type { Parcels } from './parcels.ts';
import { anyScan, type Shipment } from './shipment.ts';

type Deps = { parcels: Parcels; guarded: Guarded; write: ReturnType<typeof openIdempotency> };
type ById = { Params: { id: string } };
type Wanted = { reference?: string; orderId?: string };

/** The carrier's API, and the switch that makes a scan now. */
export function routes(app: FastifyInstance, { parcels, guarded, write }: Deps): void {
  app.post('/shipments', (request, reply) => write(request, reply, 201, () => shown(parcels.create(request.body))));
  app.post<ById>('/shipments/:id/cancel', (request, reply) =>
    write(request, reply, 200, () => shown(parcels.cancel(request.params.id))),
  );
  app.get<ById>('/shipments/:id', async (request) => {
    await guarded.delay(request);
    return shown(parcels.find(request.params.id));
  });
  app.get<{ Querystring: Wanted }>('/shipments', async (request) => {
    await guarded.delay(request);
    return { shipments: wanted(parcels, request.query).map(shown) };
  });
  app.post<ById>('/_control/shipments/:id/scan', (request) => {
    const { status, scanAt } = scanOrder.parse(request.body);
    return shown(parcels.scan(request.params.id, status, scanAt));
  });
}

const scanOrder = z.strictObject({ status: anyScan, scanAt: z.iso.datetime({ offset: true }).optional() });

function wanted(parcels: Parcels, { reference, orderId }: Wanted): Shipment[] {
  if (reference !== undefined) return parcels.referenced(reference);
  return orderId === undefined ? parcels.all().slice(-100).reverse() : parcels.ofOrder(orderId);
}

const shown = ({ nextAt: _, ...shipment }: Shipment & { nextAt?: number }) => shipment;
