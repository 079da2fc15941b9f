import type { FastifyInstance } from 'fastify';
import type { Message } from './messages.ts';

/** What was sent, as a list that looks again by itself. */
export function page(app: FastifyInstance, newestFirst: () => Message[]): void {
  app.get('/', (_, reply) => reply.type('text/html; charset=utf-8').send(frame(list(newestFirst().slice(0, 300)))));
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value: string) => value.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
const moment = (at: number) =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

function list(messages: Message[]): string {
  if (messages.length === 0) return '<p class="none">No message yet. This page looks again every three seconds.</p>';
  return messages
    .map(
      ({ to, from, body, status, createdAt }) =>
        `<article><p class="head"><strong>${text(to)}</strong><span class="${status}">${status}</span></p><p class="bubble">${text(body)}</p><p class="quiet">from ${text(from)} · ${moment(createdAt)} UTC</p></article>`,
    )
    .join('');
}

const frame = (body: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Text messages</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="3"><style>
body{margin:0;background:#f3f1f6;font:15px/1.5 system-ui,sans-serif;color:#241f2e}
header{background:#5b2a7a;color:#fff;padding:1rem 2rem;font-weight:700}header small{font-weight:400;opacity:.75;margin-left:.75rem}
main{max-width:40rem;margin:1.5rem auto;padding:0 1rem}article{background:#fff;border-radius:14px;padding:1rem 1.3rem;margin-bottom:1rem;box-shadow:0 4px 18px #241f2e10}
p{margin:.2rem 0}.head{display:flex;justify-content:space-between}.head span{font-size:.8rem;padding:.05rem .7rem;border-radius:99px;background:#e9e5ef}
.head .delivered{background:#d8f0e0;color:#1c6b3a}.head .undelivered,.head .failed{background:#f8dcd7;color:#97301d}
.bubble{background:#ece3f5;border-radius:12px;padding:.6rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}.quiet{color:#746d80;font-size:.85rem}.none{text-align:center;color:#746d80;margin:5rem 0}
</style></head><body><header>Text messages<small>nothing is really sent</small></header><main>${body}</main></body></html>`;
