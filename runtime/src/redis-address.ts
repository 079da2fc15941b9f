/** A node of Redis, a primary that sentinels know by its name, or a cluster's nodes. */
export type RedisAddress =
  | { readonly kind: 'node'; readonly url: string }
  | (Access & {
      readonly kind: 'sentinel';
      readonly sentinels: readonly RedisNode[];
      readonly name: string;
      readonly db: number;
      /** Of the sentinels, where they ask for credentials of their own. */
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    })
  | (Access & { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] });

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly isTls: boolean;
}

/** Completes "REDIS_URL is …; it …". */
export const REDIS_URL_FORMS =
  'must be a URL like redis://host:6379, redis+sentinel://host:26379,host:26379/NAME-OF-THE-PRIMARY or redis+cluster://host:6379,host:6379 (rediss for TLS)';

const FORM = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;
const PORTS = { sentinel: 26_379, cluster: 6_379 } as const;
/** Which database of the primary: `/name/2`. */
const PRIMARY = /^([\w.-]+)(?:\/(\d{1,3}))?$/;

/**
 * What a Redis URL names. Several hosts stand with commas between them; credentials are the same on all.
 * @throws TypeError where it is none of the forms
 */
export function redisAddress(redisUrl: string): RedisAddress {
  const [, scheme, kind, credentials = '', hosts = '', path = '', query] = FORM.exec(redisUrl) ?? [];
  if (scheme === undefined) return { kind: 'node', url: oneNode(redisUrl) };
  const access = { ...accessOf(credentials), isTls: scheme === 'rediss' };
  if (kind === 'cluster') {
    if (path !== '' || query !== undefined) throw new TypeError('a cluster has one database, and no name');
    return { kind, ...access, nodes: nodesOf(hosts, PORTS.cluster) };
  }
  const [, name, db = '0'] = PRIMARY.exec(path) ?? [];
  if (name === undefined) throw new TypeError('sentinels have to be told the name of the primary');
  const { sentinelUsername, sentinelPassword } = Object.fromEntries(new URLSearchParams(query));
  return {
    kind: 'sentinel',
    ...access,
    sentinels: nodesOf(hosts, PORTS.sentinel),
    name,
    db: Number(db),
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
  };
}

function oneNode(redisUrl: string): string {
  const { protocol, hostname } = new URL(redisUrl);
  if (/^rediss?:$/.test(protocol) && hostname !== '' && !hostname.includes(',')) return redisUrl;
  throw new TypeError('several hosts are a cluster, or sentinels');
}

function nodesOf(hosts: string, usualPort: number): RedisNode[] {
  return hosts.split(',').map((host) => {
    // Of this scheme URL takes no host to be empty.
    const { hostname, port } = new URL(`http://${host}`);
    return {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port || (host.endsWith(':80') ? 80 : usualPort)),
    };
  });
}

function accessOf(credentials: string): { username?: string; password?: string } {
  const at = credentials.indexOf(':');
  const [username, password] = (at < 0 ? ['', credentials] : [credentials.slice(0, at), credentials.slice(at + 1)]).map(
    decodeURIComponent,
  );
  return { ...(username && { username }), ...(password && { password }) };
}
