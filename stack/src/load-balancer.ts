import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './errors.ts';
import { findBinary } from './processes/binaries.ts';
import { type Supervised, supervise } from './processes/supervised.ts';
import type { Site } from './providers/provider.ts';

export interface LoadBalancerSettings {
  /** Where visitors, scripts and webhooks come in. */
  readonly port: number;
  /** Where the shop's web server comes in, which has all its visitors' connections. */
  readonly webPort: number;
  /** Connections from one address, or one /64 of IPv6, at the visitors' port. */
  readonly maxConnectionsPerAddress: number;
  readonly gateways: readonly { readonly name: string; readonly port: number }[];
}

/** How often each gateway is asked whether it is ready. */
export const CHECK_EVERY_MS = 500;

export const findHaproxy = (): string | undefined => findBinary('haproxy');

/** HAProxy before several gateways; nothing is started yet. @throws StackError where there is none */
export function loadBalancer(site: Site, settings: LoadBalancerSettings): Supervised {
  const command = findHaproxy();
  if (!command) throw new StackError('haproxy cannot be found');
  const folder = join(site.dataDir, 'haproxy');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, loadBalancerConfig(settings));
  return supervise(site.children, {
    request: { name: 'load-balancer', command, args: ['-db', '-f', file], env: { PATH: process.env.PATH ?? '' } },
    readyUrl: `http://127.0.0.1:${settings.port}/health/ready`,
    restart: site.restart,
    onUnexpectedEnd: (why) => site.report.warn(why),
  });
}

/** As the web server's own answer where no gateway answers it (`web/src/server/gateway-calls.ts`). */
function unavailable(status: number): string {
  const data = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, reason: 'GATEWAY_UNAVAILABLE', retryAfterSeconds: 1 };
  const body = JSON.stringify({ error: { message: 'No gateway answered; try again', code: -32_603, data } });
  return `http-error status ${status} content-type application/json hdr retry-after 1 string '${body}'`;
}

/**
 * HAProxy's configuration (https://docs.haproxy.org/2.6/configuration.html). What only reads is sent to the next gateway when one
 * dies over it; what changes something only when the one that was chosen took no connection. One that is not ready finishes
 * what it has; one that is silent is cut off. Where none is ready, any that lives says itself what is missing.
 */
function loadBalancerConfig({ port, webPort, maxConnectionsPerAddress, gateways }: LoadBalancerSettings): string {
  const servers = (more: (name: string) => string = () => '') =>
    gateways.map(({ name, port }) => `  server ${name} 127.0.0.1:${port}${more(name)}`).join('\n');
  return `global
  log stderr format raw daemon notice

defaults
  mode http
  log global
  option forwardfor
  option http-server-close
  http-reuse never
  retries 2
  option redispatch 1
  timeout connect 1s
  timeout check 2s
  timeout queue 1s
  timeout http-request 30s
  timeout http-keep-alive 60s
  # Longer than a stream is silent between its pings, and than any answer takes.
  timeout client 310s
  timeout server 310s
  ${[502, 503, 504].map(unavailable).join('\n  ')}
  default-server inter ${CHECK_EVERY_MS}ms fall 3 rise 1 on-marked-down shutdown-sessions

frontend gateway
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${webPort}
  stick-table type ipv6 size 100k expire 10m store conn_cur
  tcp-request connection track-sc0 src,ipmask(32,64) unless { dst_port ${webPort} }
  tcp-request connection reject if { sc0_conn_cur gt ${maxConnectionsPerAddress} }
  http-response set-header x-served-by %s
  use_backend unready if { nbsrv(reads) eq 0 }
  use_backend reads if { method GET HEAD }
  default_backend writes

backend reads
  retry-on conn-failure empty-response
  option httpchk GET /health/ready
  http-check expect status 200 error-status L7OKC
${servers(() => ' check')}

backend writes
  retry-on conn-failure
${servers((name) => ` track reads/${name}`)}

backend unready
  retry-on conn-failure
  # Those that hang accept connections still; a stream's pings are five seconds apart.
  timeout server 10s
${servers()}
`;
}
