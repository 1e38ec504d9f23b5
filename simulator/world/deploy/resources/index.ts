import type { Kind } from '../kind.ts';
import { alarmKinds } from './alarm.ts';
import { inertKinds } from './inert.ts';
import { lambdaKinds } from './lambda.ts';
import { messageKinds } from './messages.ts';
import { networkKinds } from './network.ts';
import { orchestrationKinds } from './orchestration.ts';
import { storageKinds } from './storage.ts';

/** Every type of resource that a template may hold. */
export const kinds: Readonly<Record<string, Kind>> = {
  ...alarmKinds,
  ...inertKinds,
  ...lambdaKinds,
  ...messageKinds,
  ...networkKinds,
  ...orchestrationKinds,
  ...storageKinds,
};
