import { ReturnCreated, ReturnFailed, ReturnReceived } from '@orderflow/contracts';
import { decideReturnCreated, decideReturnFailed, decideReturnReceived } from '../decide-return.ts';
import { follow } from '../follow-fact.ts';

export const onReturn = {
  'return.created': follow(ReturnCreated, decideReturnCreated),
  'return.received': follow(ReturnReceived, decideReturnReceived),
  'return.failed': follow(ReturnFailed, decideReturnFailed),
};
