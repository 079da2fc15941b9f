import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { shipmentSchema } from './shipment-created.ts';

export const ShipmentDelivered = defineEvent('shipment.delivered', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'The parcel reached the customer.',
  data: shipmentSchema.extend({ scanAt: z.iso.datetime() }),
});
