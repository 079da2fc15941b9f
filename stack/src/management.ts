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
    const response = await fetch(`${origin}/api${path}`, { method, headers, ...init });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
}

/** Makes a vhost that the URL's user may use, and gives the URL for it. */
export async function createVhost(amqpUrl: string, managementUrl: string, vhost: string): Promise<string> {
  const management = managementOf(managementUrl);
  const name = encodeURIComponent(vhost);
  const user = encodeURIComponent(new URL(amqpUrl).username || 'guest');
  await management('PUT', `/vhosts/${name}`);
  await management('PUT', `/permissions/${name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
  const url = new URL(amqpUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Looking into a parking lot hands messages back, and RabbitMQ 4 drops what was handed back twenty times unless a
 * policy says otherwise.
 */
export async function keepParkedMessages(amqpUrl: string, managementUrl: string): Promise<void> {
  const vhost = encodeURIComponent(decodeURIComponent(new URL(amqpUrl).pathname.slice(1)) || '/');
  await managementOf(managementUrl)('PUT', `/policies/${vhost}/parking-lots`, {
    pattern: '^.*\\.dead$',
    definition: { 'delivery-limit': 1_000_000 },
    'apply-to': 'queues',
  });
}

export async function deleteVhost(managementUrl: string, vhost: string): Promise<void> {
  await managementOf(managementUrl)('DELETE', `/vhosts/${encodeURIComponent(vhost)}`);
}
