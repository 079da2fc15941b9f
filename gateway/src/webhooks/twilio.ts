import { foreignLine, MessageTracked, MOST, orderIdSchema } from '@orderflow/contracts';
import { z } from 'zod';
import type { GatewayDeps } from '../gateway-deps.ts';
import { type Answer, malformed, notFollowed, unauthorised } from './answers.ts';
import { publishProviderEvent } from './publish-provider-event.ts';
import type { WebhookRequest } from './webhook-request.ts';

const MESSAGE_IDS = 'b64fd3a6-0b4f-4f5c-9d17-5a2f0a4b7e90';

/** Where a message ends (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). */
const ENDS: ReadonlyMap<string, 'delivered' | 'failed'> = new Map([
  ['delivered', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
]);

const reportSchema = z.object({
  MessageSid: z.string().min(1).max(100),
  MessageStatus: z.string().min(1),
  ErrorCode: z.string().max(20).optional(),
  ErrorMessage: z.string().optional(),
});

/** `POST /webhooks/twilio?order=<order id>`: what became of an SMS. Signed over our public address and the form. */
export async function receiveMessageStatus(deps: GatewayDeps, { body, url, header }: WebhookRequest): Promise<Answer> {
  // All of its SDK for one function: it comes with the first report.
  const { default: twilio } = await import('twilio');
  const address = new URL(`${deps.publicUrl()}${url}`);
  const form = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  if (!twilio.validateRequest(deps.secrets.twilio, header('x-twilio-signature') ?? '', address.href, form)) {
    return unauthorised('the x-twilio-signature header is missing or does not match our address and the form');
  }
  const report = reportSchema.safeParse(form);
  if (!report.success) return malformed(report.error.issues[0]?.path.join('.') || 'body', 'is missing or too long');
  const orderId = orderIdSchema.safeParse(address.searchParams.get('order'));
  if (!orderId.success) return malformed('order', 'must be an order id (UUID)');
  const { MessageSid: providerId, MessageStatus, ErrorCode, ErrorMessage } = report.data;
  const status = ENDS.get(MessageStatus);
  if (status === undefined) return notFollowed;
  const why = foreignLine([ErrorCode && `error ${ErrorCode}`, ErrorMessage].filter(Boolean).join(': '), MOST.reason);
  const reason = status === 'failed' ? why || MessageStatus : undefined;
  return publishProviderEvent(deps, {
    orderId: orderId.data,
    fact: MessageTracked.of({ channel: 'sms', providerId, status, ...(reason === undefined ? {} : { reason }) }),
    occurrence: `${providerId}:${status}`,
    namespace: MESSAGE_IDS,
    at: deps.now(),
  });
}
