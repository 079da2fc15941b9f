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
import { follow } from '../follow-fact.ts';

export const onInventory = {
  'inventory.reserved': follow(InventoryReserved, decideReserved),
  'inventory.rejected': follow(InventoryRejected, decideRejected),
  'inventory.released': follow(InventoryReleased, decideReleased),
  'inventory.reallocated': follow(InventoryReallocated, decideReallocated),
  'inventory.committed': follow(InventoryCommitted, decideCommitted),
  'inventory.restocked': follow(InventoryRestocked, decideRestocked),
};
