import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const METHOD = 1;
const BASIC_ACK = Buffer.from([0, 60, 0, 80]);
const HEADER_BYTES = 7;

/** A proxy to a broker that withholds the first confirm and every later frame of its channel, like a queue whose leader hangs. */
export async function confirmsWithheld(target: { port: number; host: string }) {
  const sockets = new Set<Socket>();
  let withheldOn: number | undefined;
  const isWithheld = (frame: Buffer): boolean => {
    const channel = frame.readUInt16BE(1);
    const isConfirm = frame[0] === METHOD && frame.subarray(HEADER_BYTES, HEADER_BYTES + 4).equals(BASIC_ACK);
    if (isConfirm) withheldOn ??= channel;
    return channel === withheldOn;
  };
  const server = createServer((near) => {
    const far = connect(target.port, target.host);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.pipe(far);
    let rest = Buffer.alloc(0);
    far.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (let size = frameSize(rest); size <= rest.length; size = frameSize(rest)) {
        const frame = rest.subarray(0, size);
        rest = rest.subarray(size);
        if (!isWithheld(frame)) near.write(frame);
      }
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Type, channel, length, payload, end (AMQP 0-9-1, section 4.2.3); infinite while its length is not there yet. */
const frameSize = (bytes: Buffer): number =>
  bytes.length < HEADER_BYTES ? Number.POSITIVE_INFINITY : HEADER_BYTES + bytes.readUInt32BE(3) + 1;
