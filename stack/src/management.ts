const TIMEOUT_MS = 30_000;

/** A caller of RabbitMQ's management API. @param url with credentials @throws Error with the broker's answer */
export function managementOf(url: string) {
  const { origin, username, password } = new URL(url);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    'content-type': 'application/json',
  };
  return async (method: string, path: string, body?: unknown): Promise<Response> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${origin}/api${path}`, { method, headers, signal, ...init });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
}

/** Makes a vhost that this user may use. */
export async function createVhost(managementUrl: string, vhost: string, user: string): Promise<void> {
  const management = managementOf(managementUrl);
  const name = encodeURIComponent(vhost);
  await management('PUT', `/vhosts/${name}`);
  const everything = { configure: '.*', write: '.*', read: '.*' };
  await management('PUT', `/permissions/${name}/${encodeURIComponent(user)}`, everything);
}

export async function deleteVhost(managementUrl: string, vhost: string): Promise<void> {
  await managementOf(managementUrl)('DELETE', `/vhosts/${encodeURIComponent(vhost)}`);
}
