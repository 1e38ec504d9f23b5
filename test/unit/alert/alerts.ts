import fc from 'fast-check';
import type { Alert } from '../../../functions/alert/alert.ts';
import { account, copyRegion, orders } from '../watch-world.ts';

/** A page about the orders database. Tests say only what they change. */
export function pageAlert(more: Partial<Alert> = {}): Alert {
  return {
    phase: 'opened',
    severity: 'page',
    id: `lifeboat/${account}/${copyRegion}/${orders}/copy_rpo/2026-03-02T12:00:40.000Z`,
    subject: orders,
    name: 'orders',
    kind: 'copy_rpo',
    location: { account, region: copyRegion },
    headline: 'copies too old (copy_rpo)',
    because: 'the newest usable copy here is 14 hours old',
    since: '2026-03-02T12:00:00.000Z',
    openedAt: '2026-03-02T12:00:40.000Z',
    howBad: '14 hours where 12 hours are allowed: 2 hours too much',
    measure: { ageSeconds: 50_400, boundSeconds: 43_200 },
    cause: 'Access Denied trying to call AWS Backup service',
    causeKind: 'permission',
    next: [
      {
        words: 'Back it up now: start an execution of lifeboat-protect with this input',
        link: `https://${copyRegion}.console.aws.amazon.com/states/home?region=${copyRegion}#/statemachines/view/x`,
        input: { resource: orders },
      },
      { words: 'See in EventBridge Scheduler that its schedules are enabled' },
    ],
    ...more,
  };
}

const escalated = { at: '2026-03-02T12:31:00.000Z', why: ['time' as const], because: 'open for 30 minutes' };
const resolved = { at: '2026-03-02T15:00:00.000Z', because: 'newer data is there', lastedSeconds: 10_760 };

export const escalatedAlert = () => pageAlert({ phase: 'escalated', escalated });
export const resolvedAlert = () => pageAlert({ phase: 'resolved', resolved });

/** Words as anybody may write them: any script, control characters, halves of characters, empty or endless. */
export const anyWords = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    ' \r\n\t ',
    '"'.repeat(30_000),
    '\\'.repeat(30_000),
    '漢💾'.repeat(15_000),
    'e\u0301\u202e<!channel>&',
    '\u0000'.repeat(5_000),
    '\ud800 \udc00',
    'x'.repeat(100_000),
  ),
);

const step = fc.record(
  {
    words: anyWords,
    link: fc.oneof(fc.webUrl({ withFragments: true }), anyWords),
    input: fc.dictionary(fc.constantFrom('resource', 'kind', 'because'), anyWords),
  },
  { requiredKeys: ['words'] },
);

/** Alerts in every phase with any words at all in them. */
export const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    phase: fc.constantFrom('opened' as const, 'escalated' as const, 'resolved' as const),
    severity: fc.constantFrom('page' as const, 'notice' as const),
    name: anyWords,
    subject: anyWords,
    kind: anyWords,
    headline: anyWords,
    because: anyWords,
    howBad: anyWords,
    cause: anyWords,
    endedBecause: anyWords,
    next: fc.array(step, { maxLength: 12 }),
  })
  .map(({ endedBecause, ...more }) =>
    pageAlert({
      ...more,
      id: `lifeboat/${more.subject}/${more.kind}`,
      ...(more.phase === 'escalated' && { escalated: { ...escalated, because: endedBecause } }),
      ...(more.phase === 'resolved' && { resolved: { ...resolved, because: endedBecause } }),
    }),
  );
