import { checkLines } from './check-lines.ts';

/** How to check a pack with a program of ours, with standard tools, and by hand. */
export function verifyText(of: { readonly month: string; readonly chain: string; readonly seals: string }): string {
  const { month, chain, seals } = of;
  return `# How to verify this pack

For ${month}. All of it works without a network and without an account at AWS. Work on a copy that whoever handed you the
pack cannot change.

## With Lifeboat

\`\`\`sh
npx lifeboat verify PACK
\`\`\`

It checks every file against \`SHA256SUMS\`, every chain, every seal, each chain against every seal, and makes page, table and
texts again from the records, to see that they are the same. Exit code 0: all of it holds.

## Without Lifeboat

1. **Every file is as it was packed.** In the directory of the pack:

   \`\`\`sh
   sha256sum --check --quiet --strict SHA256SUMS
   \`\`\`

   This finds damage, and no forgery: whoever changes a file can write a new \`SHA256SUMS\`. Ask for the hash of
   \`SHA256SUMS\` itself on another way than the one by which you got the pack.

2. **The chain, in words.** A record is one line of JSON without white space, its members in the order of their names. Its
   member \`hash\` is the SHA-256, in hexadecimal, of that line without the member \`hash\` and the comma after it, and without
   the line's end. Its member \`previous\` is the \`hash\` of the record before it, and \`seq\` is one more than there. So
   nobody can change, insert or take out a record in the middle without writing all that follow anew.

   A seal, in \`seals/\`, is written once a day. Its \`heads\` hold \`seq\` and \`hash\` of the newest record of every chain at
   that moment, and its own \`hash\` and \`previous\` make it a chain, too. So nobody can take off the end of a chain, or a
   whole chain, without writing all seals since anew.

3. **The chain, by hand.** Save these lines as \`check.py\` (Python 3.9 or newer, standard library only):

   \`\`\`python
${checkLines.replace(/^(?=.)/gm, '   ')}   \`\`\`

   In the directory of the pack, for one chain and for the seals of its place:

   \`\`\`sh
   python3 check.py ${chain}
   python3 check.py ${seals}
   \`\`\`

   For all of them: \`for one in evidence/*/* seals/*; do python3 check.py "$one" || break; done\`

## Against what is not in the pack

- **Other months.** The last two seals of a month are the first two of the pack of the next one. Two packs that share them
  tell one story, without a gap.
- **The bucket.** Objects there are locked for 400 days. Read one seal of this month from it and compare its bytes: it fixes
  all that was before. \`npx lifeboat verify BUCKET\` with a right to read checks all.
- **AWS itself.** Job ids, recovery points and executions in the records can be looked up in AWS Backup, Step Functions and
  CloudTrail, as long as AWS keeps them.

## What it cannot tell

- Whoever can take the lock off the bucket and writes records, chains **and** all seals since anew has evidence that fits
  itself. Any one seal that is kept elsewhere shows it.
- Records after the last seal of the pack can still lose their end. If the month was not over or not sealed when it was packed,
  \`README.md\` says so.
- Whether what a record says was true when it was written.
`;
}
