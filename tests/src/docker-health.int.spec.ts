import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../docker/${path}`, import.meta.url)), 'utf8');
const [, ofImage = ''] = /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
const ofStandIn: string[] = parse(read('compose.yaml'), {
  merge: true,
  maxAliasCount: -1,
}).services.stripe.healthcheck.test.slice(1);

/** Exit status of a check, as the container runs it, with a port of ours in place of its own. */
function check([command = '', ...args]: readonly string[], port: number): Promise<number | null> {
  const env = { PATH: process.env.PATH, HEALTH_PORT: `${port}` };
  const here = args.map((one) => one.replaceAll('$$', '$').replace('/127.0.0.1/8080', `/127.0.0.1/${port}`));
  return new Promise((resolve) => {
    const child = execFile(command, here, { env }, () => resolve(child.exitCode));
  });
}

test.each([
  ['a process', '/health/ready', JSON.parse(ofImage) as string[]],
  ['a stand-in', '/_control', ofStandIn],
])(
  '%s is healthy when it answers that it is, and not when it answers otherwise or is away',
  async (_, path, command) => {
    const asked: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await check(command, port)).toBe(0);
    status = 503;
    expect(await check(command, port)).toBe(1);
    expect(asked).toEqual([`GET ${path}`, `GET ${path}`]);
    await new Promise((resolve) => server.close(resolve));
    expect(await check(command, port)).toBe(1);
  },
);
