import { AwsError } from '../world/region.ts';
import { type Fault, iso, moments } from './fault.ts';

/** Somebody deploys the same stacks once more by another name. CloudFormation refuses that, and nothing else happens. */
export const deployedTwice: Fault = (target) => {
  const { home, deployBeside } = target;
  const drawn = moments(target, 1, 3);
  let fired = 0;
  for (const moment of drawn) {
    home.world.at(moment, 'it is deployed a second time', async () => {
      if (deployBeside === undefined) return;
      const refused = await deployBeside().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(refused instanceof AwsError) || refused.name !== 'AlreadyExistsException') {
        throw new Error(`A second Lifeboat in the same Region has to be refused, and it was not: ${refused}`);
      }
      home.world.trace.note('a second deployment is refused', { because: refused.message });
      fired += 1;
    });
  }
  return { words: `it is deployed a second time at ${drawn.map(iso).join(', ')}`, fired: () => fired, leave: {} };
};
