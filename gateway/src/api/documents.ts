import { orderIdSchema } from '@orderflow/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CELL_HEADER } from '../cells/cells.ts';
import { creditNotePath, documentBytes, invoicePath } from '../documents/invoices.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { orderNotFound } from '../orders/order-errors.ts';
import { readOrder } from '../orders/order-view.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';

const idsSchema = z.object({ orderId: orderIdSchema, refundId: z.uuid().optional() });
const querySchema = z.object({ token: z.string().max(2_000) });

/** `GET /invoices/:orderId.pdf?token=` and `/credit-notes/:orderId/:refundId.pdf?token=`, as `orders.invoice` links to them. */
export function documentRoutes(deps: GatewayDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    for (const address of ['/invoices/:orderId.pdf', '/credit-notes/:orderId/:refundId.pdf']) {
      app.get(address, async ({ params, query, ip, url, headers }, reply) => {
        await deps.rateLimit.address(ip);
        const ids = idsSchema.safeParse(params);
        if (!ids.success) throw orderNotFound();
        const { orderId, refundId } = ids.data;
        const path = refundId === undefined ? invoicePath(orderId) : creditNotePath(orderId, refundId);
        await deps.tokens.checkDocument(path, querySchema.safeParse(query).data?.token ?? '');
        // What another region has sent is never sent on.
        const cells = headers[CELL_HEADER] === undefined ? deps.cells : undefined;
        const region = cells?.ofOrder(orderId);
        const isHere = !cells || !region || region === cells.here;
        const pdf = isHere ? await pdfOf(deps, orderId, refundId) : await cells.document(region, url);
        const name = path.slice(1).replaceAll('/', '-');
        return reply
          .headers({ 'content-disposition': `inline; filename="${name}"`, 'cache-control': 'private, no-store' })
          .type('application/pdf')
          .send(pdf);
      });
    }
  };
}

/** @throws ORDER_NOT_FOUND, NO_INVOICE_YET */
async function pdfOf(deps: GatewayDeps, orderId: string, refundId: string | undefined): Promise<Buffer> {
  requireStore(deps);
  const found = await deps.orders.document(orderId);
  if (!found) throw orderNotFound();
  const { revision, state } = found;
  readOrder(orderId, revision, state);
  const letterhead = async () => {
    const { locale = state.locale } = await deps.profiles.preferencesOf(state.customerId);
    return { locale, seller: deps.seller };
  };
  const pdf = await documentBytes(deps.documents, orderId, state, refundId, letterhead);
  if (!pdf) throw new DomainError('NO_INVOICE_YET', 'There is no such document yet');
  return pdf;
}
