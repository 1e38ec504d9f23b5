import { verifyCommand, usage as verifyUsage } from './verify/command.ts';

const usage = `Usage: lifeboat COMMAND

  verify DIR|BUCKET   check the evidence: chains and seals
  start [options]     play Lifeboat in a simulated AWS account, as npm start does

lifeboat COMMAND --help tells more.`;

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case 'verify':
    process.exitCode = await verifyCommand(args, {
      say: (line) => process.stdout.write(`${line}\n`),
      complain: (line) => process.stderr.write(`${line}\n`),
    });
    break;
  case 'start':
    // It reads the command line by itself, and has to be the first to load the libraries: it replaces their clock.
    process.argv.splice(2, 1);
    await import('./start.ts');
    break;
  case '--help':
  case '-h':
  case 'help':
    process.stdout.write(`${usage}\n\n${verifyUsage}\n`);
    break;
  default:
    process.stderr.write(
      `${command === undefined ? 'Which command?' : `There is no command ${command}.`}\n\n${usage}\n`,
    );
    process.exitCode = 2;
}
