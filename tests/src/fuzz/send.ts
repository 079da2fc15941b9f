import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Sent } from './requests.ts';

export interface Answered {
  /** Nothing was answered, and the connection closed: undefined. */
  readonly status: number | undefined;
  readonly type: string;
  readonly text: string;
}

/** A stream never ends; what it says first is looked at. */
const STREAM_MS = 200;

/** @throws when nothing has come and the connection is still open after `timeoutMs` */
export function sender(url: string, timeoutMs: number) {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(url);
  const at = { host: hostname, port: Number(port) };
  return {
    send: (sent: Sent): Promise<Answered> => (sent.bytes === undefined ? asked(sent) : written(sent.bytes)),
    close: () => agent.destroy(),
  };

  function asked({ method, path, headers, body }: Sent): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const bytes = body === undefined ? undefined : Buffer.from(body.toWellFormed());
    const length = bytes ? { 'content-length': String(bytes.length) } : {};
    const asking = request({ ...at, agent, method, path, headers: { ...headers, ...length } }, (response) => {
      const type = response.headers['content-type'] ?? '';
      let text = '';
      const done = () => resolve({ status: response.statusCode, type, text });
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', done);
      response.on('error', done);
      if (!type.startsWith('text/event-stream')) return;
      const enough = setTimeout(() => response.destroy(), STREAM_MS);
      response.once('close', () => {
        clearTimeout(enough);
        done();
      });
    });
    asking.setTimeout(timeoutMs, () => asking.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    asking.on('upgrade', (_response, socket) => socket.destroy());
    asking.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a connection on which it has refused what still comes.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: undefined, type: '', text: '' });
      else reject(error);
    });
    asking.end(bytes);
    return promise;
  }

  function written(bytes: string): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const socket = connect(at);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.setTimeout(timeoutMs, () => {
      reject(new Error(`open after ${timeoutMs} ms`));
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      resolve({ status: status === undefined ? undefined : Number(status), type: '', text });
    });
    socket.end(Buffer.from(bytes, 'latin1'));
    return promise;
  }
}
