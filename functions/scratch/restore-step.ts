/** The name that a drill's restore has among the steps of its attempt: whoever tears down finds the job by it. */
export const restoreStep = 'restore';
