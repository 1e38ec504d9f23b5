import type { ProbeAnswers } from '../index.ts';
import { type Content, digestOf, sizeOf } from './content.ts';

/** What the probes ask, as far as an answer depends on it. The words are the probes' own: `functions/probes/contract.ts`. */
interface Question {
  readonly ask: string;
  readonly drill: string;
  readonly connection?: { readonly password: string };
  readonly assertions?: readonly { readonly name: string }[];
  readonly mustExist?: readonly string[];
  readonly checksums?: string;
}

/**
 * Answers for the probes where there are no bytes to read: the one exception to running the same code. Sound data has
 * every row and file that it ever had; damaged data has a table that does not read to its end, or a file that does not.
 */
export function syntheticProbes(parts: {
  readonly database: (name: string) => Content & { readonly password: string | undefined };
  readonly files: (id: string) => Content;
}): ProbeAnswers {
  return {
    database: (name, question, now) => {
      const { assertions = [], connection } = question as Question;
      const { password, ...content } = parts.database(name);
      if (connection?.password !== password) return { refused: '28P01' };
      const trouble = { is: 'trouble', code: 'XX001', words: 'the data is damaged', of: 'data' };
      const answer = {
        done: true,
        connectedAt: now,
        assertionsAnsweredAt: now,
        endedAt: now,
        assertions: assertions.map(({ name: assertion }) => ({
          name: assertion,
          value: content.damaged ? trouble : { is: 'number', number: sizeOf.pieces },
        })),
        tables: [
          {
            table: 'public.things',
            rows: content.damaged ? trouble : sizeOf.pieces,
            ...(content.damaged ? {} : { digest: digestOf(content) }),
          },
        ],
        tableCount: 1,
      };
      return { answer };
    },
    files: (id, question, now) => {
      const { ask, drill, mustExist = [], checksums } = question as Question;
      if (ask === 'mark') return { answer: { marked: drill } };
      const content = parts.files(id);
      const digest = digestOf(content).slice(0, 16);
      const answer = {
        done: true,
        endedAt: now,
        files: sizeOf.pieces,
        bytes: sizeOf.bytes,
        directories: 1,
        links: 0,
        read: content.damaged ? sizeOf.pieces - 1 : sizeOf.pieces,
        unreadable: content.damaged ? { EIO: 1 } : {},
        required: mustExist.map(() => 'there'),
        ...(checksums !== 'none' && {
          digests: {
            bucketsRead: 4096,
            buckets: [['000', digestOf({ ...content, damaged: false }).slice(0, 16), digest]],
            sample: [],
          },
        }),
      };
      return { answer };
    },
  };
}
