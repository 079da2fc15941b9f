import { foreignLine, MessageTracked, MOST, orderIdSchema } from '@orderflow/contracts';
import { z } from 'zod';
import type { GatewayDeps } from '../gateway-deps.ts';
import { type Answer, notFollowed, unauthorised } from './answers.ts';
import { parsed } from './parsing.ts';
import { publishProviderEvent } from './publish-provider-event.ts';
import { signatureProblem } from './signature.ts';
import type { WebhookRequest } from './webhook-request.ts';

const MAIL_IDS = '2f0a7c1d-4e0b-4c8e-8f0d-7f3b1a9d6c25';

const reportSchema = z.object({
  type: z.enum(['delivered', 'bounced']),
  messageId: z.string().min(3).max(250),
  reason: z.string().optional(),
});

/** `POST /webhooks/mail`: what became of a letter, found by the Message-ID that we gave it. */
export function receiveMailReport(deps: GatewayDeps, { body, header }: WebhookRequest): Answer | Promise<Answer> {
  const problem = signatureProblem(header('mail-signature'), body, { secret: deps.secrets.mail, now: deps.now() });
  if (problem !== undefined) return unauthorised(problem);
  const report = parsed(body, reportSchema);
  if ('answer' in report) return report.answer;
  const { type, messageId, reason } = report.data;
  const bare = messageId.replace(/^<|>$/g, '');
  const orderId = orderIn(bare);
  if (orderId === undefined) return notFollowed;
  const failure = foreignLine(reason ?? '', MOST.reason) || 'The letter came back';
  return publishProviderEvent(deps, {
    orderId,
    fact: MessageTracked.of({
      channel: 'email',
      // As notification knows it, whichever way the provider writes it.
      providerId: `<${bare}>`,
      ...(type === 'bounced' ? { status: 'failed', reason: failure } : { status: 'delivered' }),
    }),
    occurrence: `${bare}:${type}`,
    namespace: MAIL_IDS,
    at: deps.now(),
  });
}

/** Our Message-IDs are `<orderId.kind[.occasion]@domain>`; another's letter is no concern of ours. */
function orderIn(messageId: string): string | undefined {
  const [, orderId] = /^([^.@]+)\.[^@]+@.+$/.exec(messageId) ?? [];
  return orderIdSchema.safeParse(orderId).data;
}
