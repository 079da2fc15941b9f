import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { sourceOfAddress } from '../access/address.ts';

export interface ConnectionBounds {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** Closes what is too much at once, so that nobody, by connections alone, keeps others out. */
export function boundConnections(server: Server, { maxConnections, maxConnectionsPerAddress }: ConnectionBounds): void {
  server.maxConnections = maxConnections;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const source = sourceOfAddress(socket.remoteAddress);
    const others = open.get(source) ?? 0;
    if (others >= maxConnectionsPerAddress) return void socket.destroy();
    open.set(source, others + 1);
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1;
      if (left > 0) open.set(source, left);
      else open.delete(source);
    });
  });
}

const REFUSALS: ReadonlyMap<string | undefined, [status: number, message: string]> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'The request took too long to arrive']],
  ['HPE_HEADER_OVERFLOW', [431, "The request's headers are too large"]],
]);

/** Answers what is no request, and closes the connection: nobody knows where in it the next one would begin. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = REFUSALS.get(error.code) ?? [400, 'This is not an HTTP request'];
  const body = JSON.stringify({ error: { message } });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
