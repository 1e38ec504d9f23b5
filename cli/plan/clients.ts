import type { ClientFactory } from '../../functions/platform/seam.ts';

/** SDK clients with the credentials that the SDK finds by default. */
export const realClients: ClientFactory = (Client, options) =>
  new Client({
    region: options?.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    maxAttempts: 8,
  });
