import type { Defect } from './defect.ts';
import { recording } from './recording.ts';
import { restoring } from './restoring.ts';
import { running } from './running.ts';
import { standing } from './standing.ts';
import { watching } from './watching.ts';

/** Every planted defect. */
export const defects: readonly Defect[] = [...running, ...restoring, ...watching, ...recording, ...standing];
