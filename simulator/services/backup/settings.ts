import type { Operation } from '../../world/region.ts';
import { invalidRequest } from './refusals.ts';

/** Which types a Region is opted in to. A map that an operator may change; what is not in it is not opted in. */
export type OptIns = Map<string, boolean>;

export function optIns(): OptIns {
  return new Map(['Aurora', 'DynamoDB', 'EBS', 'EC2', 'EFS', 'RDS', 'S3'].map((type) => [type, true]));
}

/** The switches are told, and decide nothing: on-demand jobs of the simulated account run whatever they say. */
export function settingOperations(optedIn: OptIns): Record<string, Operation> {
  return {
    DescribeRegionSettings: () => ({
      ResourceTypeOptInPreference: Object.fromEntries(optedIn),
      ResourceTypeManagementPreference: { DynamoDB: true, EFS: true },
    }),
    // One account is modelled, and no organization: AWS Backup refuses accounts that are in none.
    DescribeGlobalSettings: () => {
      throw invalidRequest('The account is not a member of an organization.');
    },
  };
}
