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

function tracking(shipment: Shipment): string {
  const { recipient, status, scans } = shipment;
  const parsed = anyScan.safeParse(status);
  const rank = parsed.success ? rankOf(parsed.data) : 0;
  const steps = scanStatuses
    .map((step) => `<li class="${rank >= rankOf(step) ? 'done' : ''}">${words(step)}</li>`)
    .join('');
  const expected =
    status === 'delivered' || status === 'cancelled' ? '' : `<p class="quiet">Expected ${moment(shipment.eta)}</p>`;
  const rows =
    [...scans].reverse().map(row).join('') ||
    '<p class="quiet">Not scanned yet: the sender has announced this parcel.</p>';
  return `<p class="quiet">Parcel ${text(shipment.trackingNumber)} · ${words(shipment.service)}</p>
<h1 class="${words(status).replace(' ', '-')}">${words(status)}</h1>${expected}<ol class="steps">${steps}</ol>
<section>${rows}</section><p class="quiet">To ${text(recipient.name)}, ${text(recipient.postalCode)} ${text(recipient.city)}, ${text(recipient.country)}</p>`;
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
      `<tr><td><a href="/track/${text(trackingNumber)}">${text(trackingNumber)}</a></td><td>${text(reference)}</td><td>${words(status)}</td><td>${text(recipient.city)}</td><td>${moment(createdAt)}</td></tr>`,
  );
  if (rows.length === 0) return '<h1>Parcels</h1><p class="quiet">No parcel has been announced yet.</p>';
  return `<h1>Parcels</h1><table><tr><th>Number</th><th>Reference</th><th>Status</th><th>To</th><th>Announced</th></tr>${rows.join('')}</table>`;
}

const frame = (
  title: string,
  body: string,
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(title)} · Parcelway</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="3"><style>
body{margin:0;background:#f4f2ee;font:16px/1.5 system-ui,sans-serif;color:#23201b}
header{background:#1f4d3a;color:#fff;padding:1rem 2rem;font-weight:700;letter-spacing:.02em}header small{font-weight:400;opacity:.75;margin-left:.75rem}
main{max-width:52rem;margin:2rem auto;background:#fff;border-radius:14px;padding:2rem;box-shadow:0 6px 24px #23201b14}
h1{margin:.2rem 0;font-size:2rem;text-transform:capitalize}.quiet{color:#6d675d}.lost,.cancelled,.delivery-failed{color:#a3341f}
.steps{list-style:none;display:flex;gap:.4rem;padding:0;margin:1.5rem 0}.steps li{flex:1;border-top:5px solid #ddd8cd;padding-top:.5rem;font-size:.85rem;color:#8a8376;text-transform:capitalize}
.steps .done{border-color:#2f8f66;color:#23201b}.scan{display:grid;grid-template-columns:1fr auto;padding:.7rem 0;border-bottom:1px solid #ece8df}.scan span{text-align:right}
.scan time{color:#6d675d;font-size:.85rem;grid-column:1/-1}table{width:100%;border-collapse:collapse;font-size:.9rem}td,th{white-space:nowrap;text-align:left;padding:.5rem;border-bottom:1px solid #ece8df}a{color:#1f6d4e}
.address{font-size:1.4rem}.barcode{font:600 1.6rem ui-monospace,monospace;letter-spacing:.2em;border:3px solid;padding:1rem;text-align:center}
</style></head><body><header>Parcelway<small>test carrier: nothing is really sent</small></header><main>${body}</main></body></html>`;
