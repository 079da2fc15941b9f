import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import getPort, { portNumbers } from 'get-port';

const LOOPBACK = '127.0.0.1';

/** The usual port where it is free on loopback, else any free one. Not given out twice in this process. */
export function portNear(usual: number): Promise<number> {
  return getPort({ port: usual, host: LOOPBACK, reserve: true });
}

/**
 * Below the ports that systems give to outgoing connections (32768 on Linux, 49152 elsewhere): a server binds its
 * port seconds after it was chosen, and until then any connection could take one of those.
 */
export function freePort(): Promise<number> {
  const from = randomInt(20_000, 32_000);
  return getPort({ host: LOOPBACK, reserve: true, port: portNumbers(from, from + 700) });
}

/** Whether something listens there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
