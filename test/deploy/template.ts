import type { Template } from '../../cli/package.ts';

/** A Lambda function of a template, as far as the tests look at it. */
export interface DeployedFunction {
  readonly logicalId: string;
  /** `functions/protect/begin.ts` */
  readonly source: string;
  readonly variables: readonly string[];
  readonly role: string;
}

export function functionsOf(template: Template): DeployedFunction[] {
  return resourcesOf(template, 'AWS::Lambda::Function').map(({ logicalId, properties }) => ({
    logicalId,
    source: String(properties.Handler).replace(/\.handler$/, '.ts'),
    variables: Object.keys((properties.Environment as { Variables?: object } | undefined)?.Variables ?? {}).sort(),
    role: (properties.Role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0],
  }));
}

export function resourcesOf(template: Template, type: string) {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => ({ logicalId, properties: resource.Properties ?? {} }));
}

/** Every logical id that a value refers to: Ref, Fn::GetAtt and the `${…}` of Fn::Sub. Pseudo parameters are left out. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .flatMap(([key, inner]) => {
      if (key === 'Ref') return [String(inner)];
      if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? ''];
      if (key !== 'Fn::Sub') return referencesIn(inner);
      const [text, given] = (Array.isArray(inner) ? inner : [inner, {}]) as [string, Record<string, unknown>];
      const named = [...text.matchAll(/\$\{([^}!]+)\}/g)].map(([, name = '']) => name.split('.')[0] ?? '');
      return [...named.filter((name) => !Object.hasOwn(given, name)), ...referencesIn(given)];
    })
    .filter((name) => !name.startsWith('AWS::'));
}

/** What a resource refers to that the template does not hold. */
export function danglingIn(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) =>
    [...referencesIn(resource), ...[resource.DependsOn ?? []].flat()]
      .filter((name) => !Object.hasOwn(template.Resources, name))
      .map((name) => `${logicalId} → ${name}`),
  );
}
