import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { messageOf, StackError } from './errors.ts';

/** What another terminal may ask of a running stack. */
export interface Controlled {
  restart(name: string): Promise<void>;
}

/** In the data directory, which only its owner may enter. */
const socketIn = (dataDir: string): string => join(dataDir, 'control.sock');

/** Listens for `./run restart`. @returns what ends it */
export async function listenForControl(dataDir: string, { restart }: Controlled): Promise<() => void> {
  const path = socketIn(dataDir);
  rmSync(path, { force: true });
  const server = createServer(async ({ url = '' }, response) => {
    try {
      await restart(decodeURIComponent(url.slice(1)));
      response.end();
    } catch (error) {
      response.writeHead(400).end(messageOf(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/** @throws StackError with what the stack answered, or when none listens there */
export function askToRestart(dataDir: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socketIn(dataDir), method: 'POST', path: `/${encodeURIComponent(name)}` });
    asked.once('error', () => reject(new StackError(`No ./run up or ./run demo listens on ${dataDir}.`)));
    asked.once('response', async (response) => {
      const answer = Buffer.concat(await response.toArray()).toString();
      if (response.statusCode === 200) resolve();
      else reject(new StackError(answer));
    });
    asked.end();
  });
}
