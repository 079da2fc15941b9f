import { COPIES, LOOK } from '@orderflow/emulator-control';
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
<button name="outcome" value="fail" class="refuse">Refuse</button></form>
<p class="quiet">To decide later, close this page: the payment waits for you, for a while.</p>`;

const answered = (intent: Intent) =>
  intent.status === 'requires_payment_method'
    ? '<p class="stamp wrong">Refused</p><h1>Refused</h1><p>The payment was not approved. You can close this page.</p>'
    : '<p class="stamp">Done</p><h1>Done</h1><p>The payment has been answered. You can close this page.</p>';

const frame = (body: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test bank</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${LOOK}
:root{--copy:#ef9ab2;--stamp:#a3225a}@media(prefers-color-scheme:dark){:root{--stamp:#f3a6bd}}
body{min-height:100vh;display:grid;place-items:center;padding:1rem}main{width:100%;max-width:26rem;padding:0 1.75rem 1.75rem}
header{margin:0 -1.75rem 1.5rem;padding:1.1rem 1.75rem;border-bottom:2px dotted var(--rule);font-weight:700}header small{font-weight:400;color:var(--quiet)}
h1{font-size:1.35rem}.amount{font-size:2.2rem;line-height:1.2;font-weight:700;margin:.4rem 0 1rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}button{flex:1 1 8rem;font:inherit;font-weight:600;padding:.8rem;border:1px solid var(--act);border-radius:2px;background:var(--act);color:var(--on-act);cursor:pointer}
.refuse{background:transparent;color:var(--ink)}.quiet{font-size:.88rem;margin:1rem 0 0}.stamp{margin:0 0 .8rem}
@media(max-width:30rem){body{display:block;padding:0;background:var(--sheet)}main{max-width:none;border-left:0;border-right:0;border-bottom:0}}
</style></head><body><main><header>${COPIES}Test bank <small>· 3-D Secure</small></header>${body}</main></body></html>`;
