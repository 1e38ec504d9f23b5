/** What to do about a finding, by its code. */
export const mends: Readonly<Record<string, string>> = {
  'unknown-tier':
    'Set its tag lifeboat:tier to a tier of policy.yml, or add the tier. Until then it is NOT protected by a new tier',
  'kind-not-in-tier': 'Give it a tier that takes its kind, or add the kind to the tier in policy.yml',
  'kind-not-supported': 'Take the tag lifeboat:tier off, or protect it by other means: Lifeboat cannot',
  'unknown-checks': 'Set its tag lifeboat:checks to a name under checks in policy.yml',
  'checks-of-another-kind': 'Set its tag lifeboat:checks to checks of its own kind',
  vanished:
    'If it was deleted or untagged on purpose, retire it: tag it lifeboat:tier=retired, or invoke lifeboat-reconcile with {"retire": ["its ARN"]}. If not, recover it from its newest recovery point',
  'empty-tier': 'Tag a resource with the tier, remove the tier from policy.yml, or write may_be_empty: true',
  'empty-discovery':
    'See whether lifeboat-reconcile may call tag:GetResources and whether somebody removed the tags lifeboat:tier',
  'nothing-to-protect': 'Tag a file system, database instance or cluster with lifeboat:tier=TIER',
  'not-watched': 'Take what it names out of policy.yml, or look after it by other means: nobody is paged for it',
  'vault-gone':
    'Create the vault again by a change set of the stack of this Region in the deployment mode REVERT_DRIFT: another deployment does not know that it is gone. Until then nothing can be backed up or copied, or, where it is the vault of proven points, kept',
  'vault-changed':
    'If the change of its policy or lock was meant, invoke lifeboat-reconcile with {"accept": ["vault"]}. If not, see in CloudTrail who made it, and put it back by a change set of the stack of this Region in the deployment mode REVERT_DRIFT; a policy that somebody wrote over has to be deleted before (aws backup delete-backup-vault-access-policy)',
  'role-gone':
    'Create the role again by a change set of the stack of this Region in the deployment mode REVERT_DRIFT: another deployment does not know that it is gone. AWS Backup can do nothing for Lifeboat until then',
  'role-without-trust':
    'Let backup.amazonaws.com assume the role again, by hand or by a change set of the stack of this Region in the deployment mode REVERT_DRIFT',
  'key-unusable':
    'Enable the key in KMS, or cancel its deletion, today: what it encrypts cannot be restored, or told, without it',
  'topic-unconfirmed':
    'Confirm the subscription by the link in the message that SNS sent, or take the receiver out of policy.yml',
  overdue:
    'See whether the schedule of that name exists and is enabled, and what the log of its function says. Then invoke the function once with {}: the finding ends when it has come to its end',
  'point-deleted':
    'See in CloudTrail who deleted it. If others may be next, lock the vault. The finding ends with the next recovery point',
  'silence-not-understood':
    'Write the tag lifeboat:silence as: until 2026-01-31T06:00Z because who works on what. Until then there is no silence',
};
