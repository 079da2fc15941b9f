import { COPIES, LOOK } from '@orderflow/emulator-control';
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
        `<article><p class="head"><strong>${text(to)}</strong><span class="stamp${['undelivered', 'failed'].includes(status) ? ' wrong' : ''}">${status}</span></p><p class="bubble">${text(body)}</p><p class="quiet">from ${text(from)} · ${moment(createdAt)} UTC</p></article>`,
    )
    .join('');
}

const frame = (body: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Text messages</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="3"><style>${LOOK}
main{max-width:40rem;margin:1.5rem auto;padding:0 1.5rem 1rem}header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:end;gap:.5rem 1rem;margin:0 -1.5rem;padding:1.2rem 1.5rem;border-bottom:2px dotted var(--rule);font-weight:700;font-size:1.1rem}header small{font-weight:400;font-size:.85rem;color:var(--quiet)}
:root{--copy:#8cc48f;--stamp:#2a6b2e}@media(prefers-color-scheme:dark){:root{--stamp:#a3d3a6}}article{padding:1rem 0;border-bottom:1px solid var(--rule)}p{margin:.3rem 0}.head{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem}
.bubble{background:var(--note);border-left:4px solid var(--copy);padding:.6rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere}.quiet{font-size:.85rem}.none{text-align:center;color:var(--quiet);margin:5rem 0}
@media(max-width:40rem){main{margin:0;border-left:0;border-right:0}}
</style></head><body><main><header><div>${COPIES}Text messages</div><small>Nothing is really sent</small></header>${body}</main></body></html>`;
