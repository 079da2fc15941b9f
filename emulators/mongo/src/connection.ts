import type { Socket } from 'node:net';
import type { Doc } from './bson/codec.ts';
import type { Context } from './commands/command.ts';
import { run } from './commands/table.ts';
import { asMongoError, MongoError } from './errors.ts';
import type { Logger } from './logger.ts';
import { type Frame, FrameReader, opcodes, ProtocolError } from './wire/frame.ts';
import { readMsg, writeMsg } from './wire/op-msg.ts';
import { readQuery, writeReply } from './wire/op-query.ts';
import { encodeReply } from './wire/reply.ts';

let requestIds = 0;

/** Serves one client: its messages one after the other, each answered before the next is run. */
export function serve(socket: Socket, context: Omit<Context, 'database'>, logger: Logger): void {
  const reader = new FrameReader();
  const waiting: Frame[] = [];
  let busy = false;

  const work = async () => {
    if (busy) return;
    busy = true;
    for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
      const reply = answer(frame, context, logger);
      // Reads have nothing to wait for: they are answered in the turn they came in.
      const parts = reply instanceof Promise ? await reply : reply;
      if (socket.destroyed) return;
      if (parts) send(socket, parts);
    }
    busy = false;
  };
  const hangUp = (error: Error) => {
    if (error instanceof ProtocolError) logger.warn(`connection ${context.connectionId} closed: ${error.message}`);
    else logger.error(`connection ${context.connectionId} closed: ${error.stack}`);
    socket.destroy();
  };
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      waiting.push(...reader.push(chunk));
    } catch (error) {
      hangUp(error as Error);
      return;
    }
    work().catch(hangUp);
  });
}

function send(socket: Socket, parts: Buffer[]): void {
  socket.write(Buffer.concat(parts));
}

/** The reply's bytes, `undefined` where none is wanted, a promise of either where the disk has to be waited for. */
function answer(
  frame: Frame,
  context: Omit<Context, 'database'>,
  logger: Logger,
): Buffer[] | undefined | Promise<Buffer[] | undefined> {
  if (frame.opcode === opcodes.query) {
    const { database, command } = readQuery(frame.bytes);
    const reply = guarded(() => run(command, { ...context, database }), logger);
    return writeReply(++requestIds, frame.requestId, encodeReply(reply));
  }
  const { command, silent } = readMsg(frame.bytes);
  const reply = guarded(() => run(command, { ...context, database: databaseOf(command) }), logger);
  const finish = (final: Doc) => (silent ? undefined : writeMsg(++requestIds, frame.requestId, encodeReply(final)));
  const pending = context.store.takePending();
  if (!pending) return finish(reply);
  return pending.then(
    () => finish(reply),
    (error) => finish(asMongoError(error).toReply()),
  );
}

function databaseOf(command: Doc): string {
  const database = command.$db;
  if (typeof database !== 'string') throw new ProtocolError('OP_MSG requests require a $db argument');
  return database;
}

function guarded(command: () => Doc, logger: Logger): Doc {
  try {
    return command();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    if (!(error instanceof MongoError))
      logger.error(`a command failed in a way it shouldn't: ${(error as Error).stack}`);
    return asMongoError(error).toReply();
  }
}
