import { EFSClient } from '@aws-sdk/client-efs';
import { required, type Seam } from '../platform/seam.ts';
import { fileSystemMounter } from '../restore/reach-files.ts';
import { mountIn } from '../restore/restore-efs.ts';
import { register } from '../scratch/register.ts';
import { findFileSystem, mustBeOurs } from './file-system.ts';
import { asPlan } from './plan.ts';
import type { CheckReacher } from './reacher.ts';

/**
 * Mounts a recovered file system in the sealed network, for the check alone. That mount is scratch, and registered before
 * it is made. Reads SCRATCH_SUBNET_IDS, SCRATCH_SECURITY_GROUP_ID, and what the mounter reads.
 */
export function fileReacher(seam: Seam): CheckReacher {
  const efs = seam.client(EFSClient);
  const mounted = fileSystemMounter(seam);
  const subnets = required(seam.environment, 'SCRATCH_SUBNET_IDS').split(',');
  const securityGroup = required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID');

  return async ({ chosen, attempt, execution, ledger }) => {
    const { id: drill, resource, goneBy } = chosen;
    const { id } = mustBeOurs(await findFileSystem(efs, chosen), chosen);
    await register(
      ledger,
      { drill, resource, attempt, execution, what: 'sealed-mount', name: drill, goneBy, id, subnets },
      seam.clock.now(),
    );
    await mountIn(efs, id, subnets, [securityGroup]);
    return mounted({ plan: asPlan(chosen), attempt, execution, ledger }, id);
  };
}
