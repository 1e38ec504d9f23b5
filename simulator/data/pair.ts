import { type Duplex, duplexPair } from 'node:stream';
import { real } from '../world/real.ts';

/** The methods of a socket that drivers call, on a stream that is none. */
export interface Socketlike extends Duplex {
  connect(): this;
  setNoDelay(): this;
  setKeepAlive(): this;
  setTimeout(): this;
  ref(): this;
  unref(): this;
}

/** A connection in memory. When one end is destroyed, the other sees it, as with a socket. */
export function connectionPair(): { client: Socketlike; server: Duplex } {
  const [clientEnd, server] = duplexPair();
  // A socket closes a little after the layer above it was told why. Without the delay a driver would hear "closed"
  // before it hears that a certificate is wrong.
  clientEnd._destroy = (error, done) => real.setImmediate(() => real.setImmediate(() => done(error)));
  clientEnd.once('close', () => server.destroy());
  server.once('close', () => clientEnd.destroy());
  const same = () => client;
  const client: Socketlike = Object.assign(clientEnd, {
    connect: () => {
      process.nextTick(() => client.emit('connect'));
      return client;
    },
    setNoDelay: same,
    setKeepAlive: same,
    setTimeout: same,
    ref: same,
    unref: same,
  });
  return { client, server };
}
