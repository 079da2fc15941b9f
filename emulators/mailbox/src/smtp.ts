import type { AddressInfo, Socket } from 'node:net';
import type { Control } from '@orderflow/emulator-control';
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerDataStream,
  type SMTPServerSession,
} from 'smtp-server';
import { type Mail, type MailStore, messageIdOf } from './mail-store.ts';

type Options = {
  host: string;
  port: number;
  /** Asked of the client when set; without them anybody may send. */
  user?: string | undefined;
  password?: string | undefined;
  /** The largest message in bytes. */
  size: number;
  control: Control;
  store: MailStore;
  onKept: (mail: Mail) => void;
};

const refusal = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });

/** Listens for mail; a message is accepted (250) only once it is stored. */
export async function listenForMail({ host, port, user, password, size, control, store, onKept }: Options) {
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    authOptional: user === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    size,
    closeTimeout: 500,
    disableReverseLookup: true,
    onConnect(_, callback) {
      callback(
        control.state.switches.outage && control.state.switches.match === ''
          ? refusal(421, 'Service not available')
          : null,
      );
    },
    onAuth(auth: SMTPServerAuthentication, _, callback) {
      if (user === undefined || (auth.username === user && auth.password === password))
        return callback(null, { user: auth.username });
      return callback(refusal(535, 'Authentication credentials invalid'));
    },
    onData(stream, session, callback) {
      receive(stream, session).then(
        (id) => callback(null, `Ok: kept as ${id}`),
        (error: Error) => callback(error),
      );
    },
  });

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const header = messageIdOf(raw);
    const call = control.note({
      method: 'MAIL',
      path: to.join(','),
      from,
      to: to.join(','),
      messageId: header,
      size: raw.length,
    });
    const text = () => `${from} ${to.join(' ')} ${raw.toString('utf8')}`;
    const refuse = (code: number, message: string) => {
      call.status = code;
      return refusal(code, message);
    };
    // As slow real servers do, it goes on with what it was handed when its sender has hung up meanwhile.
    await control.delay(text);
    if (stream.sizeExceeded) throw refuse(552, `Message is larger than ${size} bytes`);
    if (control.fails(text)) throw refuse(451, 'Temporary local problem, try again later');
    const mail = keep(from, to, raw, refuse);
    onKept(mail);
    if (control.losesAnswer(text)) {
      call.status = 'lost';
      breakConnection(session);
    } else call.status = 250;
    return mail.id;
  }
  function keep(from: string, to: string[], raw: Buffer, refuse: (code: number, message: string) => Error): Mail {
    try {
      return store.add(from, to, raw);
    } catch {
      throw refuse(452, 'Insufficient system storage');
    }
  }
  /** The message is kept, the sender never learns of it. */
  const breakConnection = ({ remotePort }: SMTPServerSession) => sockets.get(remotePort ?? 0)?.destroy();

  server.server.on('connection', (socket: Socket) => {
    const { remotePort = 0 } = socket;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const { port: bound } = server.server.address() as AddressInfo;
  return { port: bound, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
