import type { Duplex } from 'node:stream';
import type { ChannelModel } from 'amqplib';

/**
 * amqplib hands every frame to the socket by itself, one system call each, which costs more than all our own
 * work on a message. Corking the socket until the end of the turn sends a turn's publishes and acknowledgements
 * together; nothing waits longer than the code that is running. (docs/decisions/0003)
 */
export function coalesceWrites(model: ChannelModel): void {
  const { stream } = model.connection as { stream?: Duplex };
  if (typeof stream?.cork !== 'function') return;
  const write = stream.write;
  let corked = false;
  const uncork = () => {
    corked = false;
    stream.uncork();
  };
  stream.write = ((...frame: Parameters<Duplex['write']>) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(uncork);
    }
    return write.apply(stream, frame);
  }) as Duplex['write'];
}
