import { expect, test } from '@jest/globals';
import { jobs } from '../../../simulator/services/backup/jobs.ts';
import { Attic } from '../../../simulator/world/attic.ts';

test('of very many jobs each is found as it was, by its id and by its resource, and those that run are few', () => {
  const all = jobs<{ readonly id: string; readonly resourceArn: string; state: string }>(new Attic());
  for (let count = 0; count < 20_000; count += 1) {
    const job = { id: `job ${count}`, resourceArn: `resource ${count % 100}`, state: 'RUNNING' };
    all.add(job.id, job);
    if (count % 1_000 === 7) continue;
    job.state = 'COMPLETED';
    all.completed(job);
  }
  expect(all.get('job 3')).toEqual({ id: 'job 3', resourceArn: 'resource 3', state: 'COMPLETED' });
  expect([all.get('job 1007')?.state, all.get('job 19999')?.state]).toEqual(['RUNNING', 'COMPLETED']);
  expect(all.get('job 20000')).toBeUndefined();
  expect([...all.of('resource 7')].map(({ id }) => id).sort()).toEqual(
    Array.from({ length: 200 }, (_, index) => `job ${index * 100 + 7}`).sort(),
  );
  expect([...all.of(undefined)]).toHaveLength(20_000);
  const running = [...all.of('resource 7', false)].filter(({ state }) => state === 'RUNNING');
  expect(running).toHaveLength(20);
});
