import { CarrierScan, defineWorker, OrderPlaced } from '@orderflow/contracts';

export const gateway = defineWorker({
  name: 'gateway',
  summary: 'Takes orders and verified webhooks over HTTP and serves orders and the catalogue.',
  hears: [],
  says: [OrderPlaced, CarrierScan],
});
