import {
  InventoryCommitted,
  InventoryReallocated,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  InventoryRestocked,
} from '@orderflow/contracts';
import {
  decideCommitted,
  decideReallocated,
  decideRejected,
  decideReleased,
  decideReserved,
  decideRestocked,
} from '../decide-inventory.ts';
import { factHandler } from '../fact-handler.ts';

export const onInventory = {
  'inventory.reserved': factHandler(InventoryReserved, decideReserved),
  'inventory.rejected': factHandler(InventoryRejected, decideRejected),
  'inventory.released': factHandler(InventoryReleased, decideReleased),
  'inventory.reallocated': factHandler(InventoryReallocated, decideReallocated),
  'inventory.committed': factHandler(InventoryCommitted, decideCommitted),
  'inventory.restocked': factHandler(InventoryRestocked, decideRestocked),
};
