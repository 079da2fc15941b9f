/** Who sells: stands at the top of every document. */
export interface Seller {
  readonly name: string;
  /** Lines of it. */
  readonly address: readonly string[];
  readonly vatId?: string | undefined;
  /** Of the calendar that documents are dated by (IANA). */
  readonly timeZone: string;
}

/** As configured. */
export interface SellerEnv {
  readonly SELLER_NAME?: string | undefined;
  /** Its lines, with semicolons between them. */
  readonly SELLER_ADDRESS?: string | undefined;
  readonly SELLER_VAT_ID?: string | undefined;
  readonly SELLER_TIME_ZONE?: string | undefined;
}

const DEMO = { name: 'Orderflow', address: 'Beusselstraße 44; 10553 Berlin, DE', timeZone: 'Europe/Berlin' };

/** The seller that the environment names; without it a demo's, who has no VAT number. */
export const sellerFrom = ({
  SELLER_NAME,
  SELLER_ADDRESS,
  SELLER_VAT_ID,
  SELLER_TIME_ZONE,
}: SellerEnv = {}): Seller => ({
  name: SELLER_NAME ?? DEMO.name,
  address: (SELLER_ADDRESS ?? DEMO.address).split(';').map((line) => line.trim()),
  vatId: SELLER_VAT_ID,
  timeZone: SELLER_TIME_ZONE ?? DEMO.timeZone,
});
