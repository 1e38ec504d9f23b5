import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import validator from 'asl-validator';
import { DefinitionRefused, load } from '../../simulator/states-language/index.ts';
import { type Check, counted, withSubjects } from './check.ts';
import { filesIn } from './source.ts';

/** What stands for a function's ARN while a definition is checked outside its template. */
const anArn = 'arn:aws:lambda:eu-central-1:123456789012:function:lifeboat-any';

/** Why a definition would not be taken: by the published schema of the language, by the interpreter, by our own rules. */
export function machineProblems(file: string, text: string): string[] {
  let definition: Record<string, unknown>;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    return [`${file}  is not JSON: ${(error as Error).message}`];
  }
  const problems: string[] = [];
  const plain = JSON.parse(JSON.stringify(definition, (_, value) => (isReference(value) ? anArn : value)));
  for (const { 'Error code': code, Message, path } of validator(plain).errors) {
    problems.push(`${file}  ${path ?? ''} ${code}: ${Message}`.replaceAll(/ +/g, ' ').replace(' ', '  '));
  }
  try {
    load(definition, () => anArn);
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error;
    problems.push(...error.message.split('\n').map((line) => `${file}  ${line}`));
  }
  if (typeof definition.Comment !== 'string') problems.push(`${file}  has no Comment: say what input it takes`);
  return problems;
}

function isReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('Fn::GetAtt' in value || 'Fn::Sub' in value || 'Ref' in value);
}

export const machines: Check = {
  name: 'state machines',
  async run(root) {
    const files = await filesIn(root, 'statemachines', /\.asl\.json$/);
    return withSubjects(files.length, {
      examined: counted(files.length, 'definition'),
      problems: files.flatMap((file) => machineProblems(file, readFileSync(join(root, file), 'utf8'))),
    });
  },
};
