import type {
  CreateDBClusterParameterGroupMessage,
  CreateDBParameterGroupMessage,
  CreateOptionGroupMessage,
} from '@aws-sdk/client-rds';
import { AwsError, type Operation } from '../../world/region.ts';
import { invalidValue } from './refusals.ts';
import { arnPrefix, type GroupKind, type RdsState } from './state.ts';

const missing: Readonly<Record<GroupKind, { readonly error: string; readonly words: string }>> = {
  parameter: { error: 'DBParameterGroupNotFoundFault', words: 'DBParameterGroup' },
  'cluster parameter': { error: 'DBClusterParameterGroupNotFoundFault', words: 'DBClusterParameterGroup' },
  option: { error: 'OptionGroupNotFoundFault', words: 'OptionGroup' },
};

/** RDS's own groups are in every Region; others only where somebody made them. Undefined: nobody asked for one. */
export function groupMustExist(state: RdsState, kind: GroupKind, name: string | undefined): void {
  if (name === undefined || name.startsWith(kind === 'option' ? 'default:' : 'default.')) return;
  if (state.groups[kind].has(name.toLowerCase())) return;
  const { error, words } = missing[kind];
  throw new AwsError(error, `${words} not found: ${name}`, 404);
}

/** Groups have names here, and nothing in them. */
export function groupOperations(state: RdsState): Record<string, Operation> {
  const make = (kind: GroupKind, name: string | undefined): string => {
    const made = (name ?? '').toLowerCase();
    if (!/^[a-z](?!.*--)[a-z0-9-]{0,254}$/.test(made) || made.endsWith('-')) {
      throw invalidValue(`Invalid name of a group: ${name}`);
    }
    if (state.groups[kind].has(made)) {
      const error = kind === 'option' ? 'OptionGroupAlreadyExistsFault' : 'DBParameterGroupAlreadyExistsFault';
      throw new AwsError(error, `${missing[kind].words} ${made} already exists`, 400);
    }
    state.groups[kind].add(made);
    return made;
  };
  const arn = (kind: string, name: string) => `${arnPrefix(state.region)}${kind}:${name}`;
  /** The one that is named, or all that somebody made. */
  const found = (kind: GroupKind, name: string | undefined): string[] => {
    if (name === undefined) return [...state.groups[kind]];
    groupMustExist(state, kind, name);
    return [name.toLowerCase()];
  };
  return {
    DescribeDBParameterGroups: (input: { DBParameterGroupName?: string }) => ({
      DBParameterGroups: found('parameter', input.DBParameterGroupName).map((name) => ({
        DBParameterGroupName: name,
        DBParameterGroupArn: arn('pg', name),
      })),
    }),
    // RDS names an unknown one like one of an instance.
    DescribeDBClusterParameterGroups: (input: { DBClusterParameterGroupName?: string }) => {
      const name = input.DBClusterParameterGroupName;
      if (
        name !== undefined &&
        !name.startsWith('default.') &&
        !state.groups['cluster parameter'].has(name.toLowerCase())
      )
        throw new AwsError('DBParameterGroupNotFoundFault', `DBClusterParameterGroup not found: ${name}`, 404);
      return {
        DBClusterParameterGroups: found('cluster parameter', name).map((one) => ({
          DBClusterParameterGroupName: one,
          DBClusterParameterGroupArn: arn('cluster-pg', one),
        })),
      };
    },
    DescribeOptionGroups: (input: { OptionGroupName?: string }) => ({
      OptionGroupsList: found('option', input.OptionGroupName).map((name) => ({
        OptionGroupName: name,
        OptionGroupArn: arn('og', name),
        Options: [],
      })),
    }),
    CreateDBParameterGroup: (input: CreateDBParameterGroupMessage) => {
      const name = make('parameter', input.DBParameterGroupName);
      const { DBParameterGroupFamily, Description } = input;
      return {
        DBParameterGroup: {
          DBParameterGroupName: name,
          DBParameterGroupFamily,
          Description,
          DBParameterGroupArn: arn('pg', name),
        },
      };
    },
    CreateDBClusterParameterGroup: (input: CreateDBClusterParameterGroupMessage) => {
      const name = make('cluster parameter', input.DBClusterParameterGroupName);
      const { DBParameterGroupFamily, Description } = input;
      return {
        DBClusterParameterGroup: {
          DBClusterParameterGroupName: name,
          DBParameterGroupFamily,
          Description,
          DBClusterParameterGroupArn: arn('cluster-pg', name),
        },
      };
    },
    CreateOptionGroup: (input: CreateOptionGroupMessage) => {
      const name = make('option', input.OptionGroupName);
      const { EngineName, MajorEngineVersion, OptionGroupDescription } = input;
      return {
        OptionGroup: {
          OptionGroupName: name,
          EngineName,
          MajorEngineVersion,
          OptionGroupDescription,
          OptionGroupArn: arn('og', name),
        },
      };
    },
  };
}
