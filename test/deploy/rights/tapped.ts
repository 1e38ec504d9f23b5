/** One thing that a role asks of AWS, as IAM sees it. */
export interface Asked {
  /** The name of the role. */
  readonly role: string;
  readonly action: string;
  /** The ARN of what it is done to, `*` where IAM knows none. */
  readonly resource: string;
  /** The condition keys that AWS would know. */
  readonly context: Readonly<Record<string, string | string[]>>;
  /** The vault that a recovery point is in: its policy has a say. */
  readonly vault?: string;
  /** The call that it is part of, such as `EFS.CreateMountTarget`. */
  readonly by: string;
}

/** What one simulation asked of AWS, and under which policies. */
export interface Tapped {
  readonly stacks: readonly {
    readonly region: string;
    readonly resources: readonly {
      readonly logicalId: string;
      readonly type: string;
      readonly id: string;
      readonly arn: string;
      readonly properties: Readonly<Record<string, unknown>>;
    }[];
  }[];
  readonly requests: readonly Asked[];
  readonly calls: number;
}
