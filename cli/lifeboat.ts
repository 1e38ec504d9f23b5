import { reportCommand, usage as reportUsage } from './report/command.ts';
import { verifyCommand, usage as verifyUsage } from './verify/command.ts';

const usage = `Usage: lifeboat COMMAND

  plan [options]      what the policy means for the account: what happens, what is infeasible, what it costs
  doctor [options]    what would fail tonight in the account, with the mend; changes nothing
  verify DIR|BUCKET   check the evidence: chains and seals
  report DIR|BUCKET   write the page that people read, from evidence alone
  runbook [NAME]      print what to do when something has failed, for your account
  start [options]     play Lifeboat in a simulated AWS account, as npm start does

lifeboat COMMAND --help tells more.`;

const [command, ...args] = process.argv.slice(2);
const out = {
  say: (line: string) => process.stdout.write(`${line}\n`),
  complain: (line: string) => process.stderr.write(`${line}\n`),
};
switch (command) {
  case 'verify':
    process.exitCode = await verifyCommand(args, out);
    break;
  case 'plan':
  case 'doctor': {
    // Loaded when they are asked for: they bring a dozen SDK clients.
    const { realClients: client } = await import('./plan/clients.ts');
    const outside = { ...out, client, now: () => new Date() };
    process.exitCode =
      command === 'plan'
        ? await (await import('./plan/command.ts')).planCommand(args, outside)
        : await (await import('./doctor/command.ts')).doctorCommand(args, outside);
    break;
  }
  case 'runbook':
    process.exitCode = await (await import('./runbook/command.ts')).runbookCommand(args, out);
    break;
  case 'report':
    process.exitCode = await reportCommand(args, {
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
    process.stdout.write(`${usage}\n\n${verifyUsage}\n\n${reportUsage}\n`);
    break;
  default:
    process.stderr.write(
      `${command === undefined ? 'Which command?' : `There is no command ${command}.`}\n\n${usage}\n`,
    );
    process.exitCode = 2;
}
