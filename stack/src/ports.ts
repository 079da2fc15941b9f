import { connect } from 'node:net';
import getPort from 'get-port';

const LOOPBACK = '127.0.0.1';

/** The usual port where it is free on loopback, else any free one. Not given out twice in this process. */
export function portNear(usual: number): Promise<number> {
  return getPort({ port: usual, host: LOOPBACK, reserve: true });
}

export function freePort(): Promise<number> {
  return getPort({ host: LOOPBACK, reserve: true });
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
