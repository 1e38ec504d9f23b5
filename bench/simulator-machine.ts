/** A Task that both interpreters understand, but for the name under which each looks for what is handed on. */
const task = (given: Given) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  [given]: { FunctionName: 'work' },
});

/** JSONata says `Arguments`, and JSONPath, which is all that the public one knows, says `Parameters`. */
type Given = 'Arguments' | 'Parameters';

/** A machine that says nothing else in which the two languages differ. An execution enters each of its ten states once. */
export const machineWith = (given: Given) => ({
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Next: 'Plan' },
    Plan: { ...task(given), Next: 'Note' },
    Note: { Type: 'Pass', Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Left', States: { Left: { ...task(given), End: true } } },
        {
          StartAt: 'Right',
          States: { Right: { Type: 'Pass', Next: 'Right Too' }, 'Right Too': { Type: 'Pass', End: true } },
        },
      ],
      Next: 'Work',
    },
    Work: { ...task(given), Next: 'Done' },
    Done: { Type: 'Pass', Next: 'End' },
    End: { Type: 'Succeed' },
  },
});

export const transitionsOfOne = 10;

export const tasks = ['Plan', 'Left', 'Work'] as const;
