// Prints what cdk-nag's AWS Solutions say of CloudFormation templates, as JSON: node nag.mjs TEMPLATE …
import { readFileSync } from 'node:fs';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

const reports = process.argv.slice(2).map((templateFile) => {
  const app = new App();
  const stack = new Stack(app, 'Lifeboat');
  new CfnInclude(stack, 'Template', { templateFile });
  const examined = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node)).length;
  const wanted = Object.keys(JSON.parse(readFileSync(templateFile, 'utf8')).Resources).length;
  if (examined !== wanted) throw new Error(`${templateFile} has ${wanted} resources, and cdk-nag saw ${examined}.`);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const findings = violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({
      rule: ruleName,
      resource: constructPath.split('/').at(-1),
      says: description,
    })),
  );
  return { templateFile, examined, findings };
});
process.stdout.write(JSON.stringify(reports));
