import { InventoryCommitted, InventoryRejected, InventoryReleased, InventoryReserved } from '@orderflow/contracts';
import { decideCommitted, decideRejected, decideReleased, decideReserved } from '../decide-inventory.ts';
import { follow } from '../follow-fact.ts';

export const onInventory = {
  'inventory.reserved': follow(InventoryReserved, decideReserved),
  'inventory.rejected': follow(InventoryRejected, decideRejected),
  'inventory.released': follow(InventoryReleased, decideReleased),
  'inventory.committed': follow(InventoryCommitted, decideCommitted),
};
