/** ARNs of this account, as Fn::Sub writes them. */
export function arnOf(service: string, rest: string, region = '${AWS::Region}'): { 'Fn::Sub': string } {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:${region}:\${AWS::AccountId}:${rest}` };
}

/**
 * A role that one service may assume, and only on behalf of this account, so that nobody else's resource can make the
 * service use it (the confused deputy). `from` narrows it to the resources that a service names itself by.
 */
export function trusts(service: string, from?: { readonly 'Fn::Sub': string }) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ...(from !== undefined && { ArnLike: { 'aws:SourceArn': from } }),
        },
      },
    ],
  };
}
