// Plays the runs that take every processor for minutes, one after another, before the tests share the processors: a test
// that asks for such a run is given this one, and plays it itself when there is none. `.ci/run` says where they are kept.
import { playedOnce } from '../session/played.ts';
import { generated, singleFaults } from './shared-runs.ts';

for (const one of [generated, singleFaults]) {
  const began = performance.now();
  const { exitCode } = await playedOnce(one);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${one.join(' ')}  ended with ${exitCode} after ${seconds} s`);
}
