import { ReturnCreated, ReturnFailed, ReturnReceived } from '@orderflow/contracts';
import { decideReturnCreated, decideReturnFailed, decideReturnReceived } from '../decide-return.ts';
import { factHandler } from '../fact-handler.ts';

export const onReturn = {
  'return.created': factHandler(ReturnCreated, decideReturnCreated),
  'return.received': factHandler(ReturnReceived, decideReturnReceived),
  'return.failed': factHandler(ReturnFailed, decideReturnFailed),
};
