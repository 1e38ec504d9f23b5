import { required, type Seam } from '../platform/seam.ts';
import { partitionOf } from '../policy/place.ts';

/** Where a function runs: the location whose objectives it owns. */
export interface Here {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly home: string;
  readonly part: 'home' | 'copy';
}

/** Reads AWS_REGION, ACCOUNT_ID, HOME_REGION and LIFEBOAT_PART. */
export function hereOf(seam: Seam): Here {
  const region = required(seam.environment, 'AWS_REGION');
  const part = required(seam.environment, 'LIFEBOAT_PART');
  if (part !== 'home' && part !== 'copy') {
    throw new Error(`LIFEBOAT_PART is '${part}'. Set it to home or copy for this function in serverless.yml.`);
  }
  return {
    partition: partitionOf(region),
    account: required(seam.environment, 'ACCOUNT_ID'),
    region,
    home: required(seam.environment, 'HOME_REGION'),
    part,
  };
}
