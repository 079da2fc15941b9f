import { DRAWN } from './drawn.ts';

interface ProductImageProps {
  readonly sku: string;
  readonly image: string | undefined;
  /** The one picture of the page, not one of a list. */
  readonly large?: boolean;
  /** In view when the page opens. */
  readonly eager?: boolean;
}

/** The drawing of a product; one that somebody added since brings its own picture. Its name stands beside it. */
export function ProductImage({ sku, image, large, eager = false }: ProductImageProps) {
  return (
    // biome-ignore lint/performance/noImgElement: a drawing of two kilobytes needs no optimiser
    <img
      src={DRAWN.has(sku) ? `/products/${sku}.svg` : (image ?? '/products/parcel.svg')}
      alt=""
      width={large ? 480 : 240}
      height={large ? 480 : 240}
      loading={large || eager ? 'eager' : 'lazy'}
      fetchPriority={large || eager ? 'high' : 'auto'}
      decoding="async"
      className="size-full object-contain"
    />
  );
}
