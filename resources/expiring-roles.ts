import type { Policy } from '../functions/policy/policy.ts';
import type { Part } from './stack.ts';

/**
 * The roles with which AWS Backup expires points in the vaults of this Region: its own, and in a copy Region that of home,
 * with which the copies were ordered. AWS Backup alone may assume them. AWS does not say whether a vault's policy binds
 * what expires; ours leaves it alone in any case.
 */
export function expiringRoles(policy: Policy, part: Part): unknown[] {
  const own = { 'Fn::GetAtt': ['BackupRole', 'Arn'] };
  if (part === 'home') return [own];
  return [own, { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/lifeboat-AWSBackup-${policy.home}` }];
}
