import { OptionsRejected } from './options.ts';
import { simulateAccounts } from './simulate/accounts.ts';
import { readOptions, usage } from './simulate/options.ts';
import { simulateSites } from './simulate/sites.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else {
    const good = await (options.sites === undefined
      ? simulateAccounts(options)
      : simulateSites(options.sites, options));
    process.exitCode = good ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof OptionsRejected)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
