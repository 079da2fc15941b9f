import type { FastifyInstance, FastifyReply } from 'fastify';
import { authenticate } from './attempts.ts';
import type { Ledger } from './ledger.ts';
import type { Intent } from './objects.ts';

type Asked = { Params: { id: string }; Querystring: { client_secret?: string } };

/** The bank's page: the customer approves or refuses, and goes back to the shop. */
export function challengePage(app: FastifyInstance, ledger: Ledger): void {
  const intentFor = (id: string, secret: string | undefined): Intent | undefined => {
    const intent = ledger.intents.get(id);
    return intent && intent.client_secret === secret ? intent : undefined;
  };
  const html = (reply: FastifyReply, status: number, body: string) =>
    reply.code(status).type('text/html; charset=utf-8').send(frame(body));

  app.get<Asked>('/3ds/:id', (request, reply) => {
    const intent = intentFor(request.params.id, request.query.client_secret);
    if (!intent) return html(reply, 404, '<h1>Nothing to approve</h1><p>This payment is not known here.</p>');
    return html(reply, 200, intent.status === 'requires_action' ? question(intent) : answered(intent));
  });
  app.post<Asked & { Body: { outcome?: string } }>('/3ds/:id', (request, reply) => {
    const intent = intentFor(request.params.id, request.query.client_secret);
    if (!intent) return html(reply, 404, '<h1>Nothing to approve</h1><p>This payment is not known here.</p>');
    if (intent.status !== 'requires_action') return html(reply, 409, answered(intent));
    const { redirect_to_url } = (intent.next_action ?? {}) as { redirect_to_url?: { return_url: string } };
    const { status } = authenticate(ledger, intent.id, request.body?.outcome === 'succeed');
    ledger.commit();
    if (!redirect_to_url) return html(reply, 200, answered(intent));
    const back = new URL(redirect_to_url.return_url);
    back.searchParams.set('payment_intent', intent.id);
    back.searchParams.set('payment_intent_client_secret', intent.client_secret);
    back.searchParams.set('redirect_status', status === 'requires_payment_method' ? 'failed' : 'succeeded');
    return reply.redirect(back.href, 303);
  });
}

const money = ({ amount, currency }: Intent) => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

const question = (intent: Intent) => `<h1>Approve this payment?</h1>
<p class="amount">${money(intent)}</p>
<p>Your bank wants to be sure that it is you. This is a test page: no money moves.</p>
<form method="post"><button name="outcome" value="succeed">Approve</button>
<button name="outcome" value="fail" class="quiet">Refuse</button></form>`;

const answered = (intent: Intent) =>
  intent.status === 'requires_payment_method'
    ? '<h1>Refused</h1><p>The payment was not approved. You can close this page.</p>'
    : '<h1>Done</h1><p>The payment has been answered. You can close this page.</p>';

const frame = (body: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test bank</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f6;font:16px/1.5 system-ui,sans-serif;color:#1c2430}
main{background:#fff;padding:2.5rem;border-radius:14px;max-width:24rem;box-shadow:0 8px 30px #1c243018}
.bank{font-weight:600;color:#5b6675;font-size:.85rem;letter-spacing:.06em;text-transform:uppercase}
h1{font-size:1.4rem;margin:.6rem 0}.amount{font-size:2.2rem;font-weight:600;margin:.4rem 0 1rem}
form{display:flex;gap:.75rem;margin-top:1.5rem}button{flex:1;font:inherit;font-weight:600;padding:.7rem;border:0;border-radius:8px;background:#3452d9;color:#fff;cursor:pointer}
.quiet{background:#e6e9f0;color:#1c2430}</style></head><body><main><div class="bank">Test bank · 3-D Secure</div>${body}</main></body></html>`;
