import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '../api/router.ts';
import { PUBLIC_URL } from './processes.ts';

/** What a browser with a page of the shop's does: keeps cookies and names its origin. */
export function browserOf(url: string, { origin = PUBLIC_URL }: { origin?: string } = {}) {
  const cookies = new Map<string, string>();
  const raw: string[] = [];

  const keep = (headers: Headers) => {
    for (const text of headers.getSetCookie()) {
      raw.push(text);
      const [pair = '', ...attributes] = text.split(';');
      const at = pair.indexOf('=');
      const gone = attributes.some((one) => /^\s*max-age=0$/i.test(one));
      if (gone) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  };
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = (): Record<string, string> => ({ origin, ...(cookies.size > 0 && { cookie: cookieHeader() }) });

  const fetched = async (address: string | URL | Request, options: RequestInit = {}) => {
    const given = Object.fromEntries(new Headers(options.headers));
    const response = await fetch(address, { redirect: 'manual', ...options, headers: { ...headers(), ...given } });
    keep(response.headers);
    return response;
  };

  return {
    cookies,
    /** Every `Set-Cookie` so far. */
    raw,
    cookieHeader,
    trpc: createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${url}/trpc`,
          fetch: (address, options) => fetched(address as string, options as RequestInit),
        }),
      ],
    }),
    get: async (path: string) => answerOf(await fetched(`${url}${path}`)),
    post: async (path: string, body: unknown = {}, over: Record<string, string> = {}) =>
      answerOf(
        await fetched(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...over },
          body: JSON.stringify(body),
        }),
      ),
    delete: async (path: string) => answerOf(await fetched(`${url}${path}`, { method: 'DELETE' })),
  };
}
export type Browser = ReturnType<typeof browserOf>;

async function answerOf(response: Response) {
  const text = await response.text();
  const body = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
  // biome-ignore lint/suspicious/noExplicitAny: specs look into what they expect
  return { status: response.status, headers: response.headers, text, body: body as any };
}
