import { getTranslations } from 'next-intl/server';
import { CategoryRows } from '#web/catalogue/category-rows.tsx';
import { rowInput } from '#web/catalogue/row-input.ts';
import { Waybill } from '#web/catalogue/waybill.tsx';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { prefetch, serverTrpc } from '#web/trpc/server.ts';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';
import { getVisitor } from '#web/visitor/visitor.ts';

export default async function Home() {
  const [t, shop, { locale }] = await Promise.all([getTranslations('catalogue.home'), getShop(), getVisitor()]);
  if (!isShop(shop)) return null;
  const rows = shop.categories.map((category) => rowInput(category, shop.country, locale));
  const search = serverTrpc().catalog.search;
  const failure = await prefetch(...rows.map((row) => search.queryOptions(row)));
  return (
    <>
      <h1 className="sr-only">{t('heading')}</h1>
      <Waybill />
      {failure ? (
        <div className="mt-8">
          <ErrorPanel failure={failure} />
        </div>
      ) : (
        <Hydrate>
          <CategoryRows rows={rows} />
        </Hydrate>
      )}
    </>
  );
}
