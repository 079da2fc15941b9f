import { COPIES, LOOK } from '@orderflow/emulator-control';
import type { FastifyInstance } from 'fastify';
import type { MailStore, OpenedMail, Summary } from './mail-store.ts';

type ById = { Params: { id: string } };
/** Mail is a stranger's text: no scripts, no requests elsewhere, and its HTML has an origin of its own. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'self'";
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
/** Links open elsewhere, so that one can follow a parcel from its mail. */
const newTab = '<base target="_blank">';
const html = 'text/html; charset=utf-8';

/** The list of mails, one mail, and its parts. */
export function pages(app: FastifyInstance, store: MailStore): void {
  app.get<{ Querystring: { to?: string; subject?: string } }>('/', async (request, reply) => {
    const page = frame('Inbox', list(await store.list(request.query, 500)), '<meta http-equiv="refresh" content="3">');
    return reply.header('content-security-policy', policy).type(html).send(page);
  });
  app.get<ById>('/messages/:id', async (request, reply) => {
    const mail = await store.open(request.params.id);
    const page = mail
      ? frame(mail.subject, message(mail))
      : frame('Not found', '<p class="none">There is no such message.</p>');
    return reply
      .code(mail ? 200 : 404)
      .header('content-security-policy', policy)
      .type(html)
      .send(page);
  });
  app.get<ById>('/messages/:id/html', async (request, reply) => {
    const mail = await store.open(request.params.id);
    return reply
      .code(mail ? 200 : 404)
      .header('content-security-policy', mailPolicy)
      .type(html)
      .header('referrer-policy', 'no-referrer')
      .send(mail ? newTab + mail.html : '');
  });
  app.get<ById>('/messages/:id/source', async (request, reply) => {
    const mail = await store.open(request.params.id);
    return reply
      .code(mail ? 200 : 404)
      .header('x-content-type-options', 'nosniff')
      .type('text/plain; charset=utf-8')
      .send(mail?.raw ?? '');
  });
  app.get<{ Params: { id: string; index: string } }>('/messages/:id/attachments/:index', async (request, reply) => {
    const mail = await store.open(request.params.id);
    const content = mail?.files[Number(request.params.index)];
    const { filename = '', contentType = '' } = mail?.attachments[Number(request.params.index)] ?? {};
    // Only what cannot run anything is shown; all else is for saving.
    const shown = contentType === 'application/pdf';
    const disposition = `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(filename)}`;
    return reply
      .code(content ? 200 : 404)
      .headers({ 'content-disposition': disposition, 'x-content-type-options': 'nosniff' })
      .type(shown ? contentType : 'application/octet-stream')
      .send(content ?? '');
  });
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value: string) => value.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
const moment = (iso: string) =>
  `<time datetime="${text(iso)}">${new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })} UTC</time>`;
const bytes = (size: number) => (size < 1024 ? `${size} B` : `${(size / 1024).toFixed(1)} KB`);

function list(mails: Summary[]): string {
  if (mails.length === 0) return '<p class="none">No mail yet. This page looks again every three seconds.</p>';
  const rows = mails.map(
    (mail) => `<a class="row" href="/messages/${text(mail.id)}"><span class="to">${text(mail.to.join(', '))}</span>
<span class="subject"><strong>${text(mail.subject || '(no subject)')}</strong> <span class="quiet">${text(mail.preview.replace(/\s+/g, ' ').slice(0, 120))}</span></span>
<span class="when">${mail.attachments.length > 0 ? 'with files · ' : ''}${moment(mail.receivedAt)}</span></a>`,
  );
  return `<p class="count">${mails.length === 1 ? '1 message' : `${mails.length} messages`}</p><div>${rows.join('')}</div>`;
}

function message(mail: OpenedMail): string {
  const path = `/messages/${text(mail.id)}`;
  const headers = Object.entries(mail.headers).map(
    ([key, value]) => `<tr><th>${text(key)}</th><td>${text(value)}</td></tr>`,
  );
  const files = mail.attachments.map(
    ({ filename, contentType, size }, index) =>
      `<li><a href="${path}/attachments/${index}">${text(filename)}</a> <span class="quiet">${text(contentType)}, ${bytes(size)} · <a href="${path}/attachments/${index}" download="${text(filename)}">save</a></span></li>`,
  );
  const plain = `<pre>${text(mail.text)}</pre>`;
  return `<p class="count"><a href="/">← Inbox</a></p><div class="mail"><h1>${text(mail.subject || '(no subject)')}</h1>
<p class="quiet">From ${text(mail.from)} to <strong>${text(mail.to.join(', '))}</strong> · ${moment(mail.receivedAt)}</p>
${files.length > 0 ? `<ul class="files">${files.join('')}</ul>` : ''}
${mail.html ? `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="${path}/html" title="The message as HTML"></iframe><details><summary>Plain text</summary>${plain}</details>` : plain}
<details><summary>Headers</summary><table>${headers.join('')}</table></details><p><a class="quiet" href="${path}/source">Source</a></p></div>`;
}

const frame = (
  title: string,
  body: string,
  head = '',
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(title)} · Mailbox</title>
<meta name="viewport" content="width=device-width,initial-scale=1">${head}<style>${LOOK}
:root{--copy:#8cc48f;--stamp:#2a6b2e}@media(prefers-color-scheme:dark){:root{--stamp:#a3d3a6}}
main{max-width:64rem;margin:1.5rem auto;padding:0 0 .5rem}header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:end;gap:.5rem 1rem;padding:1.2rem 1.5rem;border-bottom:2px dotted var(--rule);font-weight:700;font-size:1.1rem}header small{font-weight:400;font-size:.85rem;color:var(--quiet)}
.row{display:grid;grid-template-columns:15rem 1fr auto;gap:.2rem 1rem;padding:.7rem 1.5rem;border-bottom:1px solid var(--rule);color:inherit;text-decoration:none}.row:hover{background:var(--note)}.row span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.when,.quiet{font-size:.88rem;color:var(--quiet)}
.count{margin:.8rem 1.5rem;color:var(--quiet)}.none{text-align:center;color:var(--quiet);margin:5rem 1.5rem}.mail{padding:.5rem 1.5rem 1rem;border-top:1px solid var(--rule)}h1{margin-top:.8rem;overflow-wrap:anywhere}
iframe{width:100%;height:44rem;border:1px solid var(--rule);border-radius:2px;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.6 'Martian Mono',ui-monospace,monospace;background:var(--note);padding:1rem;border-radius:2px}
details{margin:1rem 0}summary{cursor:pointer}table{font-size:.85rem;border-collapse:collapse;word-break:break-word}th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0;font-weight:400;color:var(--quiet)}.files{padding-left:1.1rem}
@media(max-width:40rem){main{margin:0;border-left:0;border-right:0}.row{grid-template-columns:1fr auto}.row .subject{grid-row:2;grid-column:1/-1}header,.mail,.row{padding-left:1.1rem;padding-right:1.1rem}.count{margin-left:1.1rem}}
</style></head><body><main><header><div>${COPIES}Mailbox</div><small>Every mail that Orderflow sends here stays here</small></header>${body}</main></body></html>`;
