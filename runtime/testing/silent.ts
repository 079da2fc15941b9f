import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A proxy that accepts its first connections and never answers, like a server that hangs; later ones it passes on.
 * @param connections how many are never answered
 */
export async function silentAtFirst(target: { port: number; host: string }, connections = 1) {
  const sockets = new Set<Socket>();
  let silenced = 0;
  const server = createServer((near) => {
    sockets.add(near.on('error', () => {}));
    if (silenced < connections) {
      silenced += 1;
      return;
    }
    const far = connect(target.port, target.host);
    sockets.add(far.on('error', () => {}));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get silenced() {
      return silenced;
    },
    /** From now on not a word on the connections there are; new ones are passed on. */
    hush: () => {
      // Nor does one side learn that the other has given up.
      for (const socket of sockets) socket.unpipe().pause().removeAllListeners('close');
    },
    /** Breaks the connections there are; new ones are passed on. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
