export { secretVariable, standInFlags } from './config.ts';
export { type Control, commonSwitches, createControl } from './control.ts';
export { type Deliveries, type Delivery, openDeliveries, webhookSwitches } from './deliveries.ts';
export { type Guarded, guard } from './guard.ts';
export { type Collection, type Journal, openJournal } from './journal.ts';
export { COPIES, LOOK } from './look.ts';
export { runStandIn } from './run-stand-in.ts';
