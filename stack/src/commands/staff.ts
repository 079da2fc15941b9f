import { TRPCClientError } from '@trpc/client';
import { apiClient, type Client } from '../client.ts';
import { givenToken } from '../config.ts';
import { messageOf, StackError } from '../errors.ts';
import { signToken } from '../tokens.ts';
import { runningStack } from './running.ts';

export interface ApiFlags {
  /** An API anywhere, instead of that of the stack on `data`. */
  readonly url?: string;
  readonly data: string;
}

/**
 * Calls the API as staff, so that everything leaves an entry in its audit trail.
 * @throws StackError when it cannot be reached, or refuses the token
 */
export async function asStaff<T>(flags: ApiFlags, call: (api: Client) => Promise<T>): Promise<T> {
  const { url, token } = await accessTo(flags);
  try {
    return await call(apiClient(url, token));
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    throw new StackError(complaintOf(error, url), { cause: error });
  }
}

async function accessTo({ url, data }: ApiFlags): Promise<{ url: string; token: string }> {
  if (url) return { url: apiUrl(url), token: givenToken() };
  const { addresses, secrets } = runningStack(data);
  return { url: addresses.api, token: await signToken({ staff: 'operator' }, secrets.tokenSecret) };
}

function apiUrl(given: string): string {
  if (/^https?:$/.test(URL.parse(given)?.protocol ?? '')) return given.replace(/\/+(trpc\/*)?$/, '');
  throw new StackError(`--url is ${given}; it must be the address of an API, e.g. http://127.0.0.1:4000`);
}

/** What failed without an answer of the API's has no `data`. */
function complaintOf(error: TRPCClientError<never>, url: string): string {
  const { httpStatus } = (error.data ?? {}) as { httpStatus?: number };
  if (httpStatus === 401 || httpStatus === 403) return `The API at ${url} refuses the token: ${error.message}`;
  if (httpStatus !== undefined) return error.message;
  return `The API at ${url} cannot be asked: ${messageOf(error.cause?.cause ?? error)}`;
}
