import { Worker } from 'node:worker_threads';
import type { DataFiles } from './engine.ts';

let made: Promise<DataFiles> | undefined;

/** The files of an empty cluster. The same bytes for everybody, so the process makes them once: about two seconds. */
export function template(): Promise<DataFiles> {
  made ??= new Promise<DataFiles>((resolve, reject) => {
    const worker = new Worker(new URL('./template-worker.ts', import.meta.url));
    worker.once('message', (files: DataFiles) => {
      resolve(files);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that makes the empty database ended without one.')));
  });
  return made;
}
