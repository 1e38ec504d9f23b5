import type { FileChecks } from '../policy/policy.ts';
import type { FileAnswer } from '../probes/contract.ts';
import { type CheckResult, fellTooFar, noLastPass, some } from './compare.ts';
import { type Earlier, judgeChange, judgeDamage, judgeEndings } from './judge-file-changes.ts';

/** Every check of a restored file system. */
export function judgeFiles(checks: FileChecks, answer: FileAnswer, earlier: Earlier | undefined): CheckResult[] {
  const last = earlier?.answer;
  return [
    ...requiredFiles(checks, answer),
    presence(answer),
    readable(answer),
    ...rights(checks, answer),
    fall('number of files', answer.files, last?.files, checks.mayDrop),
    fall('bytes', answer.bytes, last?.bytes, checks.mayDrop),
    judgeEndings(checks, answer, last),
    ...(checks.checksums === 'none'
      ? []
      : [judgeDamage(answer.digests, last?.digests), judgeChange(checks, answer.digests, earlier)]),
  ];
}

function requiredFiles({ mustExist }: FileChecks, { required }: FileAnswer): CheckResult[] {
  if (mustExist.length === 0) return [];
  const name = 'required files';
  const absent = mustExist.flatMap((path, index) => {
    const state = required[index] ?? 'not looked for';
    return state === 'there' ? [] : [`${path} is ${state}`];
  });
  return [
    absent.length > 0
      ? { name, verdict: 'FAIL', because: some(absent) }
      : { name, verdict: 'PASS', because: `all ${mustExist.length} are there` },
  ];
}

function presence({ files, bytes }: FileAnswer): CheckResult {
  const name = 'files';
  return files === 0
    ? { name, verdict: 'FAIL', because: 'the restored file system holds no file' }
    : { name, verdict: 'PASS', because: `${files} files, ${bytes} bytes` };
}

function readable({ unreadable, read, files }: FileAnswer): CheckResult {
  const name = 'every file reads to its end';
  const codes = Object.entries(unreadable);
  if (codes.length > 0) {
    return {
      name,
      verdict: 'FAIL',
      because: some(codes.map(([code, count]) => `${count} could not be read: ${code}`)),
    };
  }
  if (read === 0) return { name, verdict: 'NOT_TESTED', because: 'no file was read to its end' };
  return { name, verdict: 'PASS', because: `${read} files and links were read, of ${files} files` };
}

/** Owner and mode, where policy asks for them. */
function rights({ owner, mode }: FileChecks, { files, directories, links, ...found }: FileAnswer): CheckResult[] {
  const told = (name: string, others: number | undefined, all: number, wanted: string): CheckResult => {
    if (others === undefined) return { name, verdict: 'NOT_TESTED', because: 'the probe did not look' };
    return others > 0
      ? { name, verdict: 'FAIL', because: `${others} of ${all} are not ${wanted}` }
      : { name, verdict: 'PASS', because: `all ${all} are ${wanted}` };
  };
  const whose = owner === null ? '' : `of ${owner.user}${owner.group === null ? '' : `:${owner.group}`}`;
  return [
    ...(owner === null ? [] : [told('owner', found.strangers, files + directories + links, whose)]),
    ...(mode === null ? [] : [told('mode', found.otherModes, files, `of mode ${mode.toString(8)}`)]),
  ];
}

/** A fall beyond what policy allows is suspect: what is there may be sound, and somebody should look. */
function fall(name: string, now: number, before: number | undefined, mayDrop: number): CheckResult {
  if (before === undefined) return { name, verdict: 'NOT_TESTED', because: noLastPass };
  const fell = fellTooFar(now, before, mayDrop);
  return fell === undefined
    ? { name, verdict: 'PASS', because: `${before} at the last PASS, ${now} now` }
    : { name, verdict: 'SUSPECT', because: fell };
}
