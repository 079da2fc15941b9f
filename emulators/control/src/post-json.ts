import { Agent, type RequestOptions, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

const TIMEOUT_MS = 20_000;
const agents = { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) };

/**
 * Posts a text and returns the answer's status once all of the answer is there; redirects are not followed. Webhooks are most of
 * what stand-ins do, and `fetch` takes three times as long for one.
 */
export function postJson(
  url: string,
  body: string,
  more: Record<string, string>,
  closing: AbortSignal,
): Promise<number> {
  const secure = url.startsWith('https:');
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more };
  const options: RequestOptions = { method: 'POST', headers, agent: secure ? agents.https : agents.http };
  return new Promise<number>((resolve, reject) => {
    const call = (secure ? secureRequest : request)(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    const stop = () => call.destroy(new Error('the stand-in stops'));
    closing.addEventListener('abort', stop);
    call.setTimeout(TIMEOUT_MS, () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    call.once('error', reject);
    call.once('close', () => {
      closing.removeEventListener('abort', stop);
      reject(new Error('the connection was closed before the answer'));
    });
    call.end(body);
  });
}
