import { type ShopConfig, trackingDays } from '@orderflow/contracts';
import { type Seller, sellerFrom } from '@orderflow/documents';
import {
  createOutbox,
  type DeadLetters,
  deadLetters,
  type Logger,
  type Outbox,
  type Publisher,
  type Service,
} from '@orderflow/runtime';
import { deriveSecret } from './access/derive-secret.ts';
import { createGuestCookie, type GuestCookie } from './access/guest-cookie.ts';
import { type Origins, originsOf } from './access/origins.ts';
import { createRateLimit, type RateLimit } from './access/rate-limit.ts';
import { createTokens, type Tokens } from './access/tokens.ts';
import { createViewers, type Viewers } from './access/viewers.ts';
import { type AccountMails, createAccountMails } from './accounts/account-mails.ts';
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { SESSION_COOKIES } from './accounts/auth.ts';
import { createMailer, type Mailer } from './accounts/mailer.ts';
import { createUserStore, type UserStore } from './accounts/user-store.ts';
import { type Auditor, httpAuditor } from './adapters/auditor.ts';
import { managementQueues } from './adapters/broker-queues.ts';
import { stripeCardLookup } from './adapters/card-lookup.ts';
import { type Challenges, stripeChallenges } from './adapters/challenges.ts';
import { type CatalogueCache, createCatalogueCache } from './catalogue/catalogue-cache.ts';
import { type CatalogueSearch, createCatalogueSearch } from './catalogue/catalogue-search.ts';
import { createCatalogueStore } from './catalogue/catalogue-store.ts';
import { createProductChanges, type ProductChanges } from './catalogue/product-changes.ts';
import { createStockBoard, type StockBoard } from './catalogue/stock-board.ts';
import { createCellTokens } from './cells/cell-token.ts';
import { type Cells, createCells } from './cells/cells.ts';
import type { Directory } from './cells/directory.ts';
import type { PlaceOrderDeps } from './checkout/place-order.ts';
import type { GatewayConfig } from './config.ts';
import { type AddressBook, createAddressBook } from './customers/address-book.ts';
import { createAdmission } from './customers/admission.ts';
import { createBuyerKeys } from './customers/buyer.ts';
import { createBuyerOrders } from './customers/buyer-orders.ts';
import { createClaimStore } from './customers/claim-store.ts';
import { createErasureStore, type ErasureStore } from './customers/erasure-store.ts';
import { createProfileStore, type ProfileStore, profileModel } from './customers/profile-store.ts';
import { createRefusedStore } from './customers/refused-store.ts';
import { type DocumentArchive, documentArchive } from './documents/document-archive.ts';
import { type AlertStore, createAlertStore } from './operations/alert-store.ts';
import { type AuditLog, createAuditLog } from './operations/audit-store.ts';
import { type BookingStore, bookingModel, createBookingStore } from './operations/booking-store.ts';
import { createDiscardStore, type DiscardStore } from './operations/discard-store.ts';
import type { HealthDeps } from './operations/ops-health.ts';
import { createOrderCounts } from './operations/order-counts.ts';
import { storedGauges } from './operations/stored-gauges.ts';
import { BUYER_KINDS } from './orders/buyer-key.ts';
import { indexOrders } from './orders/index-orders.ts';
import { numberOrders } from './orders/number-orders.ts';
import { createOrderCache, type OrderCache } from './orders/order-cache.ts';
import { createOrderChanges, type OrderChanges } from './orders/order-changes.ts';
import { durationsOf, type OrderDurations } from './orders/order-deadlines.ts';
import { createOrderKeys } from './orders/order-keys.ts';
import { orderModel } from './orders/order-model.ts';
import { createOrderStore } from './orders/order-store.ts';
import { createOrderWriter } from './orders/order-writer.ts';
import { type BusinessMetrics, createBusinessMetrics } from './platform/business-metrics.ts';
import { connectRedis } from './platform/redis.ts';
import { shopConfig } from './shop-config.ts';

/** Everything that API and webhooks work with. */
/** Inventory says so within a moment. */
const HELD_WITHIN_MS = 3_000;

export interface GatewayDeps extends PlaceOrderDeps, HealthDeps {
  readonly bookings: BookingStore;
  readonly bookingOutbox: Outbox;
  readonly stockBoard: StockBoard;
  readonly productChanges: ProductChanges;
  readonly profiles: ProfileStore;
  readonly profileOutbox: Outbox;
  readonly users: UserStore;
  readonly addresses: AddressBook;
  readonly erasures: ErasureStore;
  readonly deadLetters: DeadLetters;
  readonly discards: DiscardStore;
  readonly alerts: AlertStore;
  readonly audit: AuditLog;
  readonly challenges: Challenges;
  readonly auditor: Auditor;
  readonly cache: OrderCache;
  readonly products: CatalogueCache;
  readonly changes: OrderChanges;
  readonly tokens: Tokens;
  /** The other regions; undefined: there is one cell only. */
  readonly cells: Cells | undefined;
  readonly accounts: Accounts;
  readonly accountMails: AccountMails;
  readonly mailer: Pick<Mailer, 'usable'>;
  /** Whose pages may use cookies. */
  readonly origins: Origins;
  readonly guestCookie: GuestCookie;
  readonly viewers: Viewers;
  /** Whoever shows it tells us for which visitor's address it asks. */
  readonly webSecret: string | undefined;
  /** Where customers see the shop, without a slash at the end; undefined: nothing links there. */
  readonly shopUrl: string | undefined;
  readonly rateLimit: RateLimit;
  readonly publisher: Publisher;
  readonly business: BusinessMetrics;
  /** Of invoices and credit notes. */
  readonly seller: Seller;
  readonly durations: OrderDurations;
  readonly documents: DocumentArchive;
  /** Gives orders of versions before their number, and documents of their own to their keys. Returns how many lacked one. */
  readonly numberOrders: () => Promise<number>;
  /** Gives them what they are found by. Returns how many. */
  readonly indexOrders: () => Promise<number>;
  readonly shop: ShopConfig;
  readonly search: CatalogueSearch;
  readonly returnWindowDays: number;
  /** So long an edit waits until inventory has said in which parcels the order is held. */
  readonly heldWithinMs: number;
  readonly paymentAttempts: number;
  /** What the providers sign their webhooks with. */
  readonly secrets: Readonly<Record<'stripe' | 'carrier' | 'twilio' | 'mail', string>>;
  /** Where the outside reaches us, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Whether the store can be asked now; asking one that is away would keep the client waiting. */
  readonly storeIsUp: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

export type GatewayService = Pick<Service, 'database' | 'publisher' | 'log' | 'metrics' | 'checks' | 'onStop'>;

/** Puts them together on a service's store and broker; they are closed with the service. */
export function gatewayDeps(
  service: GatewayService,
  config: GatewayConfig,
  {
    publicUrl,
    directory,
    now = () => new Date(),
  }: { publicUrl: () => string; directory?: Directory | undefined; now?: () => Date },
): GatewayDeps {
  const { database, publisher, log, metrics } = service;
  const redis = connectRedis(config.REDIS_URL, config.MONGODB_DATABASE, log);
  const orders = orderModel(database);
  const orderKeys = createOrderKeys(database, orders);
  const cache = createOrderCache(redis);
  const profiles = profileModel(database);
  const outbox = createOutbox({ model: orders, publisher, log, metrics });
  const profileOutbox = createOutbox({ model: profiles, publisher, log, metrics });
  const bookings = bookingModel(database);
  const bookingOutbox = createOutbox({ model: bookings, publisher, log, metrics });
  for (const close of [redis.close, outbox.close, profileOutbox.close, bookingOutbox.close]) service.onStop(close);
  const queues = managementQueues(config.RABBITMQ_MANAGEMENT_URL, config.AMQP_URL);
  const workers = async () => {
    if (!queues) throw new Error('RABBITMQ_MANAGEMENT_URL is not set, so nobody knows the dead-letter queues');
    return (await queues()).map(({ worker }) => worker);
  };
  const catalogue = createCatalogueStore(database, ({ id: sku, why }) =>
    log.error({ sku, why }, 'a product cannot be read as it is stored'),
  );
  const alerts = createAlertStore(database);
  const business = createBusinessMetrics(metrics, BUYER_KINDS);
  const seller = sellerFrom(config);
  const products = createCatalogueCache(redis);
  const stripe = { apiKey: config.STRIPE_API_KEY, url: config.STRIPE_API_URL };
  const buyerOrders = createBuyerOrders(orders, { units: config.UNPAID_UNITS });
  const refusals = createRefusedStore(database);
  const admission = createAdmission({
    orders: buyerOrders,
    claims: createClaimStore(database),
    refusals,
    catalogue,
    cards: stripeCardLookup(stripe, log),
    business,
    log,
    limits: {
      freeDeclines: config.FREE_DECLINES,
      units: config.UNPAID_UNITS,
      sharePercent: config.UNPAID_SHARE_PERCENT,
    },
  });
  const tokens = createTokens({
    token: config.TOKEN_SECRET,
    tracking: config.TRACKING_SECRET ?? deriveSecret(config.TOKEN_SECRET, 'tracking'),
    trackingDays: trackingDays({
      dispatchDays: config.DISPATCH_DAYS,
      deliveryDays: config.DELIVERY_DAYS,
      returnWindowDays: config.RETURN_WINDOW_DAYS,
    }),
  });
  const storeIsUp = () => service.checks.get('store')?.() === true;
  const { SHOP_URL: shopUrl, CORS_ORIGINS: cors } = config;
  const origins = originsOf(() => [shopUrl, publicUrl(), ...(typeof cors === 'string' ? [] : cors)]);
  const mailer = createMailer(config, log);
  service.onStop(mailer.close);
  const accountMails = createAccountMails({ mailer, shopName: seller.name, shopUrl });
  const accounts = createAccounts({
    database,
    redis,
    secret: config.AUTH_SECRET ?? deriveSecret(config.TOKEN_SECRET, 'sessions'),
    baseUrl: () => shopUrl ?? publicUrl(),
    origins,
    mails: accountMails,
    log,
  });
  const guestCookie = createGuestCookie(tokens, accounts.plain);
  const counts = createOrderCounts(orders, profiles, bookings);
  storedGauges(metrics, counts, now);
  const cells =
    directory &&
    createCells({
      directory,
      tokens: createCellTokens(deriveSecret(config.TOKEN_SECRET, 'cells')),
      timeoutMs: config.REGION_TIMEOUT_MS,
      log,
    });
  return {
    tokens,
    cells,
    accounts,
    accountMails,
    mailer,
    origins,
    guestCookie,
    viewers: createViewers({
      tokens,
      guestCookie,
      sessionCookies: SESSION_COOKIES,
      sessionOf: accounts.sessionOf,
      storeIsUp,
    }),
    webSecret: config.WEB_SECRET,
    shopUrl,
    orders: createOrderStore(orders, orderKeys),
    orderKeys,
    numberOrders: async () => {
      const numbered = await numberOrders(orders, orderKeys);
      await orderKeys.complete();
      return numbered;
    },
    indexOrders: () => indexOrders(orders),
    orderWriter: createOrderWriter(orders, { cache, durations: durationsOf(config) }),
    catalogue,
    buyerKeys: createBuyerKeys(config.TOKEN_SECRET),
    admission,
    buyers: { orders: buyerOrders, refusals, freeDeclines: config.FREE_DECLINES },
    profiles: createProfileStore(profiles, ({ id: customerId, why }) =>
      log.error({ customerId, why }, 'preferences cannot be read as they are stored'),
    ),
    users: createUserStore(database),
    addresses: createAddressBook(database, ({ id: customerId, why }) =>
      log.error({ customerId, why }, 'an address cannot be read as it is stored'),
    ),
    erasures: createErasureStore(database),
    counts: { ...counts, alerts: alerts.count },
    audit: createAuditLog(database, log),
    cache,
    products,
    changes: createOrderChanges(redis),
    rateLimit: createRateLimit(redis, {
      perMinute: config.RATE_LIMIT_PER_MINUTE,
      guestOrdersPerHour: config.GUEST_ORDERS_PER_HOUR,
      signInsPerHour: config.SIGN_INS_PER_HOUR,
      accountMailsPerHour: config.ACCOUNT_MAILS_PER_HOUR,
      secret: config.TOKEN_SECRET,
    }),
    challenges: stripeChallenges(stripe, log),
    auditor: httpAuditor({ url: config.AUDITOR_URL, secret: config.AUDITOR_SECRET }, log),
    queues,
    deadLetters: deadLetters(config.OPS_AMQP_URL ?? config.AMQP_URL, workers),
    discards: createDiscardStore(database),
    alerts,
    business,
    publisher,
    outbox,
    profileOutbox,
    bookings: createBookingStore(bookings),
    bookingOutbox,
    stockBoard: createStockBoard(database),
    productChanges: createProductChanges(database),
    seller,
    documents: documentArchive(database),
    shop: shopConfig(config, seller),
    search: createCatalogueSearch({ catalogue, generation: products.generation }),
    region: config.REGION,
    regionNumber: directory?.here.number,
    cancelWindowSeconds: config.CANCEL_WINDOW_SECONDS,
    durations: durationsOf(config),
    returnWindowDays: config.RETURN_WINDOW_DAYS,
    heldWithinMs: HELD_WITHIN_MS,
    paymentAttempts: config.PAYMENT_ATTEMPTS,
    secrets: {
      stripe: config.STRIPE_WEBHOOK_SECRET,
      carrier: config.CARRIER_WEBHOOK_SECRET,
      twilio: config.TWILIO_AUTH_TOKEN,
      mail: config.MAIL_WEBHOOK_SECRET,
    },
    publicUrl,
    storeIsUp,
    log,
    now,
  };
}
