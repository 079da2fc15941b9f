import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { brokerNodes } from '@orderflow/runtime';

/** A port of this machine that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A TCP way to a server, the first node of a broker, that can be cut, made to hang or stall, and mended. */
export async function breakableProxy(targetUrl: string) {
  const target = targetUrl.startsWith('amqp') ? (brokerNodes(targetUrl)[0] as URL) : new URL(targetUrl);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'hanging' | 'cut' = 'whole';
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => state === 'whole' && far.write(chunk));
    far.on('data', (chunk) => state === 'whole' && near.write(chunk));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      drop();
    },
    hang: () => {
      state = 'hanging';
    },
    /** What is sent waits until the way is mended; the connections stay. */
    stall: () => {
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      // What was sent meanwhile is lost, so the connections are of no use any more.
      if (state === 'hanging') drop();
      state = 'whole';
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
