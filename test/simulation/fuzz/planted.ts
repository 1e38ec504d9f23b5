import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Seam } from '../../../functions/platform/seam.ts';
import type { Sample, Stage } from './world.ts';

type Event = { readonly detail: { readonly job: string; readonly sizes: readonly number[] } };

/** Handlers that trust what they are told. Each has to be found out. */
const planted: Readonly<Record<string, (seam: Seam) => (event: Event) => Promise<unknown>>> = {
  'planted-crash': () => async (event) => event.detail.sizes.map((size) => size.toFixed(1)).join(),
  'planted-hang': () => (event) =>
    typeof event?.detail?.job === 'string' ? Promise.resolve({}) : new Promise((done) => setTimeout(done, 900_000)),
  'planted-half-effect': (seam) => async (event) => {
    const sns = seam.client(SNSClient);
    const TopicArn = `arn:aws:sns:${seam.environment.AWS_REGION}:123456789012:lifeboat-notices`;
    await sns.send(new PublishCommand({ TopicArn, Message: 'about to look' }));
    if (typeof event?.detail?.job === 'string') return {};
    throw Object.assign(new Error('detail.job: must be a text.'), { name: 'InputRejected' });
  },
  'planted-mumble': () => async (event) => {
    if (typeof event?.detail?.job === 'string') return {};
    throw Object.assign(new Error('that was nothing'), { name: 'InputRejected' });
  },
};

/** Deploys the planted handlers and answers a sample for each. */
export function plant({ regions: [home] }: Stage, taskRoot: string): Sample[] {
  if (home === undefined) return [];
  return Object.entries(planted).map(([name, code]): Sample => {
    home.services.Lambda.define(
      {
        name,
        handler: 'planted.handler',
        code: { start: code as never },
        runtime: 'nodejs24.x',
        architecture: 'arm64',
        role: 'arn:aws:iam::123456789012:role/planted',
        variables: {},
        taskRoot,
        timeoutSeconds: 60,
        memoryMegabytes: 256,
        fileSystems: [],
      },
      {},
    );
    return { region: home.name, name, input: { detail: { job: 'A-1', sizes: [1, 2] } } };
  });
}
