/** Names of this machine that mean the same to people. */
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whose pages may use cookies: the shop's, our own, and those that CORS names. */
export interface Origins {
  /** Exactly as a browser writes it into `Origin`; what is not an origin is none of ours. */
  has(origin: string | undefined): boolean;
  /** For what checks addresses of pages by itself. */
  list(): string[];
}

/** @param addresses whatever is undefined or `*` names nobody */
export function originsOf(addresses: () => readonly (string | undefined)[]): Origins {
  const list = () => [...new Set(addresses().flatMap(originsAt))];
  return { has: (origin) => origin !== undefined && list().includes(origin), list };
}

/** Whether a cookie may travel without TLS: only from and to this machine. */
export function isPlainLoopback(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && LOOPBACK.has(hostname);
}

function originsAt(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { origin, protocol, port } = new URL(address);
  if (origin === 'null') return [];
  if (!isPlainLoopback(address)) return [origin];
  return [...LOOPBACK].map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`);
}
