import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  type TRPCLink,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { GatewayRouter } from './app-router.ts';

/** What a type is where the package that it comes from is not installed: nothing can be done with it. */
export interface PeerMissing<Package extends string> {
  readonly 'install this package': Package;
}

/**
 * `T`, or an error where `T` is `any` for want of a package: TypeScript says nothing of a declaration that it cannot follow.
 * In brackets, since a condition upon an unresolved type is unresolved itself.
 */
type Installed<T, Package extends string> = [0] extends [1 & T] ? PeerMissing<Package> : T;

/** Every procedure of the API with its input, output and errors: for tRPC's own clients and React Query. */
export type AppRouter = Installed<GatewayRouter, '@trpc/server'>;

/** `Inputs['orders']['place']` is what `orders.place` takes. */
export type Inputs = Installed<inferRouterInputs<GatewayRouter>, '@trpc/server'>;

/** `Outputs['orders']['place']` is what `orders.place` answers. */
export type Outputs = Installed<inferRouterOutputs<GatewayRouter>, '@trpc/server'>;

/** Without @trpc/server it would be a client of something unknown, whose every procedure is `any`. */
export type OrderflowClient = [0] extends [1 & GatewayRouter]
  ? PeerMissing<'@trpc/server'>
  : Installed<TRPCClient<GatewayRouter>, '@trpc/client'>;

type Token = string | undefined;
type Fetch = typeof fetch;

export interface ClientOptions {
  /** The gateway, or a shop that passes `/trpc` on to it: `https://shop.example`. Empty in a browser: the page's own origin. */
  readonly url: string;
  /** A bearer token, or what gives one, asked before each call. Not set: cookies, in a browser those of `url`'s origin. */
  readonly token?: Token | (() => Token | Promise<Token>);
  /** Sent with each call, e.g. the visitor's `cookie` where a server calls for a browser. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For subscriptions outside a browser: the class of the package `eventsource`. */
  readonly EventSource?: typeof EventSource;
  readonly fetch?: Fetch;
}

/** Longer addresses are refused by many servers on the way. */
const MAX_URL_LENGTH = 2_083;

/**
 * The links of a client: calls of one moment as one request, subscriptions as server-sent events, which resume after the
 * last id that they saw. For `createTRPCClient`, or for React Query's `createTRPCContext`.
 */
export function orderflowLinks(options: ClientOptions): TRPCLink<GatewayRouter>[] {
  const url = `${options.url.replace(/\/+$/, '')}/trpc`;
  const { headers: more = {}, fetch: given } = options;
  const token = async () => (typeof options.token === 'function' ? options.token() : options.token);
  const headers = async () => {
    const bearer = await token();
    return { ...more, ...(bearer && { authorization: `Bearer ${bearer}` }) };
  };
  // Cookies travel only within one origin unless asked: whoever shows a token shows nothing else.
  const credentials: RequestCredentials = options.token === undefined ? 'include' : 'omit';
  return [
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({
        url,
        ...(options.EventSource && { EventSource: options.EventSource }),
        // An EventSource sends no headers: the token goes with the connection's parameters.
        connectionParams: async () => {
          const bearer = await token();
          return bearer ? { token: bearer } : null;
        },
        eventSourceOptions: () => ({ withCredentials: options.token === undefined }),
      }),
      false: httpBatchLink({
        url,
        headers,
        maxURLLength: MAX_URL_LENGTH,
        fetch: (input, init) => (given ?? fetch)(input as string, { ...(init as RequestInit), credentials }),
      }),
    }),
  ];
}

/**
 * A client of the API.
 * @example
 * const shop = createOrderflowClient({ url: 'https://api.shop.example', token: process.env.SHOP_TOKEN });
 * const { products } = await shop.catalog.search.query({ text: 'mug' });
 */
export function createOrderflowClient(options: ClientOptions): OrderflowClient {
  return createTRPCClient<GatewayRouter>({ links: orderflowLinks(options) });
}
