import type { ClientFactory } from '../../functions/platform/seam.ts';

/** Thrown when the doctor's own code would do more than look. It is a mistake of ours, and nothing was sent. */
export class WouldChangeSomething extends Error {
  override readonly name = 'WouldChangeSomething';
}

/** Clients that send nothing but reads: every command whose name is no Describe, Get or List is refused here. */
export function readOnly(factory: ClientFactory): ClientFactory {
  return (Client, options) => {
    const client = factory(Client, options);
    const sender = client as { send(command: object, ...given: unknown[]): unknown };
    const send = sender.send.bind(client);
    sender.send = (command, ...given) => {
      const name = command.constructor.name;
      if (!/^_?(Describe|Get|List)[A-Z]/.test(name)) throw new WouldChangeSomething(`${name} is no read.`);
      return send(command, ...given);
    };
    return client;
  };
}
