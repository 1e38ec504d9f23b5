import { arn, type Kind, type Made, type Making } from '../kind.ts';

/**
 * Resources that change nothing the simulated account does, but have an id and attributes that others refer to. Their
 * properties are kept with the stack for whoever judges them: roles, for one.
 */
export const inertKinds: Readonly<Record<string, Kind>> = {
  'AWS::IAM::Role': inert(({ region, properties, generatedName }) => {
    const name = properties.optionalText('RoleName') ?? generatedName();
    const trust = JSON.stringify(properties.raw('AssumeRolePolicyDocument') ?? {});
    region.services.IAM.createRole({ name, trust });
    return { id: name, attributes: { Arn: `arn:aws:iam::${region.account.id}:role/${name}`, RoleId: `AROA${name}` } };
  }),
  'AWS::IAM::Policy': inert(({ generatedName }) => ({ id: generatedName(), attributes: {} })),
  'AWS::IAM::ManagedPolicy': inert(({ region, properties, generatedName }) => {
    const name = properties.optionalText('ManagedPolicyName') ?? generatedName();
    return { id: `arn:aws:iam::${region.account.id}:policy/${name}`, attributes: {} };
  }),
  'AWS::Logs::LogGroup': inert(({ region, properties, generatedName }) => {
    const name = properties.optionalText('LogGroupName') ?? generatedName();
    return { id: name, attributes: { Arn: arn(region, 'logs', `log-group:${name}:*`) } };
  }),
  'AWS::EC2::FlowLog': inert(({ chance }) => ({ id: `fl-${chance.hex(17)}`, attributes: {} })),
  'AWS::CloudWatch::Dashboard': inert(({ properties, generatedName }) => ({
    id: properties.optionalText('DashboardName') ?? generatedName(),
    attributes: {},
  })),
  'AWS::Route53Resolver::FirewallRuleGroup': resolver('firewall-rule-group', 'rslvr-frg'),
  'AWS::Route53Resolver::FirewallDomainList': resolver('firewall-domain-list', 'rslvr-fdl'),
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': resolver('firewall-rule-group-association', 'rslvr-frgassoc'),
};

function inert(make: (making: Making) => Made): Kind {
  return {
    make: (making) => {
      // Every property may be set: none has an effect.
      making.properties.withoutAny();
      return make(making);
    },
    changes: 'no effect',
    remove: () => {},
  };
}

function resolver(kind: string, prefix: string): Kind {
  return inert(({ region, chance }) => {
    const id = `${prefix}-${chance.hex(16)}`;
    return { id, attributes: { Id: id, Arn: arn(region, 'route53resolver', `${kind}/${id}`) } };
  });
}
