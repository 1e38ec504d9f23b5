import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { LifeboatError, messageOf, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';

/** Says in every Region that listens that a round was completed. It never throws: whoever hears nothing pages. */
export type Beat = () => Promise<void>;

/** Logged when a Region did not take the heartbeat in time. */
class HeartbeatLate extends LifeboatError {
  override readonly name = 'HeartbeatLate';
}

/** A Region that does not answer must not hold the next round up. */
const mostMilliseconds = 5_000;

/**
 * The metric `WatchHeartbeat` in the namespace `Lifeboat`, with the dimension `From`, one point for each round that was
 * completed. It has no timestamp: CloudWatch takes the moment of arrival, so that a skewed clock here moves no point.
 * Reads AWS_REGION and HEARTBEAT_REGIONS: this Region and those that watch it, with commas between them.
 */
export function heartbeatOf(seam: Seam): Beat {
  const from = required(seam.environment, 'AWS_REGION');
  const listening = required(seam.environment, 'HEARTBEAT_REGIONS')
    .split(',')
    .map((region) => ({ region, client: seam.client(CloudWatchClient, { region }) }));

  const beatIn = async ({ region, client }: (typeof listening)[number]): Promise<void> => {
    try {
      await inTime(region, (abortSignal) =>
        client.send(
          new PutMetricDataCommand({
            Namespace: 'Lifeboat',
            MetricData: [
              { MetricName: 'WatchHeartbeat', Dimensions: [{ Name: 'From', Value: from }], Value: 1, Unit: 'Count' },
            ],
          }),
          { abortSignal },
        ),
      );
    } catch (error) {
      const told = { region, error: nameOf(error), message: messageOf(error) };
      seam.log.error('A heartbeat was not taken.', told);
    }
  };
  return async () => {
    await Promise.all(listening.map(beatIn));
  };
}

/** The SDK itself would wait for a silent network as long as the operating system does. */
async function inTime(region: string, send: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const sending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HeartbeatLate(`${region} did not answer within ${mostMilliseconds} ms`));
      sending.abort();
    }, mostMilliseconds);
  });
  try {
    await Promise.race([send(sending.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
