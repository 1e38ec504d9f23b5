import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The driver wants a socket that it connects itself. What `dial` gives is on its way already, so connecting is left
 * out; a stream that will not tell of its own that it is open is said to be so on the next turn.
 */
export function asSocket(stream: Duplex): Socket {
  const { connecting } = stream as Partial<Socket>;
  const tellsItself = connecting === true;
  const nothing = () => stream;
  return Object.assign(stream, {
    connect: () => {
      if (!tellsItself) process.nextTick(() => stream.destroyed || stream.emit('connect'));
      return stream;
    },
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  }) as unknown as Socket;
}
