import { COPIES, LOOK } from '@orderflow/emulator-control';
import type { FastifyInstance } from 'fastify';
import type { Parcels } from './parcels.ts';
import { anyScan, rankOf, type Scan, type Shipment, scanStatuses } from './shipment.ts';

/** What people see: the way of a parcel, its label, and a list of all parcels. */
export function pages(app: FastifyInstance, parcels: Parcels): void {
  const html = 'text/html; charset=utf-8';
  app.get<{ Params: { trackingNumber: string } }>('/track/:trackingNumber', (request, reply) => {
    const shipment = parcels.tracked(request.params.trackingNumber);
    const body = shipment ? tracking(shipment) : '<h1>Unknown parcel</h1><p>We know no parcel with this number.</p>';
    return reply
      .code(shipment ? 200 : 404)
      .type(html)
      .send(frame(shipment?.trackingNumber ?? 'Unknown parcel', body));
  });
  app.get<{ Params: { id: string } }>('/labels/:id', (request, reply) => {
    const shipment = parcels.find(request.params.id);
    return reply.type(html).send(frame(`Label ${shipment.trackingNumber}`, label(shipment)));
  });
  app.get('/', (_, reply) => reply.type(html).send(frame('Parcels', overview(parcels.all().slice(-200).reverse()))));
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value: string) => value.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
const words = (status: string) => text(status.replaceAll('_', ' '));
const moment = (iso: string) =>
  `<time datetime="${text(iso)}">${new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })} UTC</time>`;

/** What went wrong; everything else is on its way. */
const isWrong = (status: string) => ['lost', 'cancelled', 'delivery_failed', 'returned_to_sender'].includes(status);
const stamp = (status: string) => `<p class="stamp${isWrong(status) ? ' wrong' : ''}">${words(status)}</p>`;

function tracking(shipment: Shipment): string {
  const { recipient, status, scans } = shipment;
  const parsed = anyScan.safeParse(status);
  const rank = parsed.success ? rankOf(parsed.data) : 0;
  const steps = scanStatuses
    .map((step) => {
      const done = rank >= rankOf(step);
      return `<li class="${done ? 'done' : ''}">${words(step)}<span class="unseen">${done ? ': done' : ': not yet'}</span></li>`;
    })
    .join('');
  const expected =
    status === 'delivered' || status === 'cancelled' ? '' : `<p class="quiet">Expected ${moment(shipment.eta)}</p>`;
  const rows =
    [...scans].reverse().map(row).join('') ||
    '<p class="quiet">Not scanned yet: the sender has announced this parcel.</p>';
  return `${stamp(status)}<h1>Your parcel</h1>
<p class="quiet"><span class="mono">${text(shipment.trackingNumber)}</span> · ${words(shipment.service)}</p>${expected}<ol class="steps">${steps}</ol>
<section>${rows}</section><hr class="perforation"><p class="quiet">To ${text(recipient.name)}, ${text(recipient.postalCode)} ${text(recipient.city)}, ${text(recipient.country)}</p>`;
}
const row = (scan: Scan) =>
  `<div class="scan"><strong>${text(scan.description)}</strong><span>${text(scan.location)}</span>${moment(scan.scanAt)}</div>`;

function label({ sender, recipient, trackingNumber, reference, service }: Shipment): string {
  const lines = [
    recipient.name,
    recipient.company,
    recipient.line1,
    recipient.line2,
    `${recipient.postalCode} ${recipient.city}`,
    recipient.country,
  ];
  const address = lines.flatMap((line) => (line ? [text(line)] : [])).join('<br>');
  const from = sender
    ? `<p class="quiet">From ${text(sender.name)}, ${text(sender.postalCode)} ${text(sender.city)}</p>`
    : '';
  return `<p class="quiet">${words(service)} · ${text(reference)}</p>${from}<p class="address">${address}</p><p class="barcode">${text(trackingNumber)}</p>`;
}

function overview(all: Shipment[]): string {
  const rows = all.map(
    ({ trackingNumber, reference, status, recipient, createdAt }) =>
      `<tr><td><a class="mono" href="/track/${text(trackingNumber)}">${text(trackingNumber)}</a></td><td>${text(reference)}</td><td>${words(status)}</td><td>${text(recipient.city)}</td><td>${moment(createdAt)}</td></tr>`,
  );
  if (rows.length === 0) return '<h1>Parcels</h1><p class="quiet">No parcel has been announced yet.</p>';
  return `<h1>Parcels</h1><div class="wide"><table><tr><th>Number</th><th>Reference</th><th>Status</th><th>To</th><th>Announced</th></tr>${rows.join('')}</table></div>`;
}

const frame = (
  title: string,
  body: string,
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(title)} · Parcelway</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="3"><style>${LOOK}
:root{--copy:#86b6e0;--stamp:#1a5a96}@media(prefers-color-scheme:dark){:root{--stamp:#9cc6ea}}
main{max-width:44rem;margin:1.5rem auto;padding:0 2rem 1.5rem}header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:end;gap:.5rem 1rem;margin:0 -2rem 1.6rem;padding:1.2rem 2rem;border-bottom:2px dotted var(--rule);font-weight:700;font-size:1.1rem}header small{font-weight:400;font-size:.85rem;color:var(--quiet)}
.steps{text-transform:capitalize}.stamp{margin:0 0 .8rem}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.steps{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;padding:0;margin:1.5rem 0}.steps li{flex:1 1 4.2rem;border-top:4px solid var(--rule);padding-top:.5rem;font-size:.8rem;line-height:1.35;color:var(--quiet)}
.steps .done{border-color:var(--copy);color:var(--ink);font-weight:600}.scan{display:grid;grid-template-columns:1fr auto;gap:0 1rem;padding:.7rem 0;border-top:1px solid var(--rule)}.scan span{text-align:right}.scan time{font-size:.85rem;grid-column:1/-1}
.wide{overflow-x:auto}table{width:100%;border-collapse:collapse;font-size:.9rem}td,th{white-space:nowrap;text-align:left;padding:.5rem .8rem .5rem 0;border-bottom:1px solid var(--rule)}th{color:var(--quiet);font-weight:400;font-size:.75rem;letter-spacing:.05em;text-transform:uppercase}
.address{font-size:1.3rem}.barcode{font:600 1.2rem 'Martian Mono',ui-monospace,monospace;letter-spacing:.12em;border:2px solid;border-radius:2px;padding:1rem;text-align:center;overflow-wrap:anywhere}
@media(max-width:40rem){main{margin:0;padding:0 1.25rem 1.25rem;border-left:0;border-right:0}header{margin:0 -1.25rem 1.25rem;padding:1rem 1.25rem}}
</style></head><body><main><header><div>${COPIES}Parcelway</div><small>Test carrier: nothing is really sent</small></header>${body}</main></body></html>`;
