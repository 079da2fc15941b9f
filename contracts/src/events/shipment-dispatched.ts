import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { shipmentSchema } from './shipment-created.ts';

export const ShipmentDispatched = defineEvent('shipment.dispatched', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'The parcel left the warehouse.',
  data: shipmentSchema.extend({ scanAt: z.iso.datetime() }),
});
