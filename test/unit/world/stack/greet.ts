import * as z from 'zod/mini';
import { lambda, work } from '../../../../functions/platform/lambda.ts';

/** Greets, and remembers nothing. */
export const handler = lambda(({ environment, log }) =>
  work(z.looseObject({ name: z.optional(z.string()) }), async ({ name }) => {
    log.info('Somebody is greeted.', { name });
    return { greeting: `${environment.WORD} ${name ?? 'nobody'}`, function: environment.AWS_LAMBDA_FUNCTION_NAME };
  }),
);
