import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { policyJson } from '../../functions/policy/policy.ts';
import type { Part } from '../../resources/stack.ts';
import { digestOfInputs } from './inputs.ts';
import { kept } from './kept.ts';
import { readPolicyFile } from './policy.ts';
import { runServerless } from './serverless.ts';
import { openService } from './service.ts';
import type { Template } from './template.ts';

/** Where the functions find the policy, below the folder their package is unpacked to: POLICY_FILE in serverless.yml. */
export const packagedPolicy = '.lifeboat/policy.json';

const compiled = '.serverless/cloudformation-template-update-stack.json';

/**
 * Compiles serverless.yml for one Region to the CloudFormation template that a deployment would send, without bundling
 * any code and without touching the user's own `.serverless`. `outDir` receives the template (`<region>.template.json`)
 * and the policy at {@link packagedPolicy}: it can serve as LAMBDA_TASK_ROOT. Compiling takes seconds; a template whose
 * inputs are byte for byte those of an earlier one is taken from node_modules/.cache. Throws PolicyUnusable with every
 * problem of the policy, and an error with the framework's own words.
 */
export async function compileTemplate(options: {
  region: string;
  part: Part;
  policyFile: string;
  outDir: string;
}): Promise<Template> {
  const { region, part, policyFile, outDir } = options;
  const { text: policyText, policy } = await readPolicyFile(policyFile);
  // Nothing in a template says how the policy's file is called.
  const key = await digestOfInputs([region, part, policyText]);
  const path = await kept(`${key}.template.json`, async (beside) =>
    writeFile(beside, await compile({ region, part, policyFile })),
  );
  const text = await readFile(path, 'utf8');
  await writeWhole(join(outDir, `${region}.template.json`), text);
  await writeWhole(join(outDir, packagedPolicy), policyJson(policy));
  return JSON.parse(text) as Template;
}

async function compile(options: { region: string; part: Part; policyFile: string }): Promise<string> {
  const service = await openService({ policyFile: options.policyFile, code: 'empty' });
  try {
    await runServerless({ ...options, folder: service.folder, policyFile: service.policyFile });
    const text = await readFile(join(service.folder, compiled), 'utf8');
    // The framework uploads each deployment under the instant of its packaging: the one thing that is never the same.
    return text.replaceAll(/\d{13}-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'compiled');
  } finally {
    await service.close();
  }
}

/** Another process may read or write the same file: it finds all of it or none. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.${performance.now()}`;
  await writeFile(beside, text);
  await rename(beside, file);
}
