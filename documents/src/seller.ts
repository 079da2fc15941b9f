/** Who sells: stands at the top of every document. */
export interface Seller {
  readonly name: string;
  /** Lines of it. */
  readonly address: readonly string[];
  readonly vatId?: string | undefined;
}

/** As configured. */
export interface SellerEnv {
  readonly SELLER_NAME?: string | undefined;
  /** Its lines, with semicolons between them. */
  readonly SELLER_ADDRESS?: string | undefined;
  readonly SELLER_VAT_ID?: string | undefined;
}

const DEMO = { name: 'Orderflow', address: 'Beusselstraße 44; 10553 Berlin, DE' };

/** The seller that the environment names; without it a demo's, who has no VAT number. */
export const sellerFrom = ({ SELLER_NAME, SELLER_ADDRESS, SELLER_VAT_ID }: SellerEnv = {}): Seller => ({
  name: SELLER_NAME ?? DEMO.name,
  address: (SELLER_ADDRESS ?? DEMO.address).split(';').map((line) => line.trim()),
  vatId: SELLER_VAT_ID,
});
