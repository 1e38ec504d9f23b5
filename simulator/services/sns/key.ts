import { AwsError, type Caller, type Region } from '../../world/region.ts';

/** The keys that AWS manages: nobody can change their policies. */
const managed = 'alias/aws/';

/**
 * Refuses a message for a topic whose key cannot be used, with the errors that the API reference of Publish lists for it.
 * Their wording is an assumption. SNS may use a data key for up to five minutes more; here it asks for each message.
 */
export function refuseByKey(region: Region, caller: Caller, key: string | undefined): void {
  if (key === undefined) return;
  const name = key.slice(key.lastIndexOf(':') + 1);
  if (name.startsWith(managed)) {
    // No policy lets an alarm or a rule use such a key: only who signs with a role of the account may.
    if (caller.kind === 'service' && caller.role === undefined)
      throw refused('KMSAccessDeniedException', `${caller.name} may not use ${key}.`);
    return;
  }
  switch (region.services.KMS.stateOf(key)) {
    case 'Enabled':
      return;
    case 'Disabled':
      throw refused('KMSDisabledException', `${key} is disabled.`);
    case 'PendingDeletion':
      throw refused('KMSInvalidStateException', `${key} is pending deletion.`);
    case undefined:
      throw refused('KMSNotFoundException', `${key} does not exist.`);
  }
}

function refused(name: string, message: string): AwsError {
  return new AwsError(name, `${message} (Service: AWSKMS; Status Code: 400)`);
}
