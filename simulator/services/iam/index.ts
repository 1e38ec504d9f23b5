import { AwsError, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';

export interface RoleDefinition {
  readonly name: string;
  /** JSON: who may assume it. */
  readonly trust: string;
  readonly description?: string;
}

/**
 * IAM, which is one for all Regions: a role made from the stack of one Region is seen from every other. Roles can be
 * read, and nothing in the simulated account asks them for permission.
 */
export interface IAM extends Service {
  /** Makes a role, as a deployment does; one of the same name is written over. */
  createRole(role: RoleDefinition): void;
  /** What an operator may do: changes who may assume a role. */
  setTrust(name: string, trust: string): void;
  deleteRole(name: string): void;
  /** The roles that were made from this Region. */
  readonly roles: ReadonlyMap<string, RoleDefinition & { readonly createdAt: number }>;
}

const modelled = new Set(['RoleName']);

export function createIAM(region: Region): IAM {
  const { world, account } = region;
  const roles = new Map<string, RoleDefinition & { readonly createdAt: number }>();

  const roleOf = (name: string) => {
    for (const one of account.regions) {
      const role = one.services.IAM.roles.get(name);
      if (role !== undefined) return role;
    }
    throw new AwsError('NoSuchEntityException', `The role with name ${name} cannot be found.`, 404);
  };

  return {
    operations: {
      GetRole: (input: { readonly RoleName: string }) => {
        refuseOthers('IAM.GetRole', input, modelled);
        const { name, trust, description, createdAt } = roleOf(input.RoleName);
        return {
          Role: {
            Path: '/',
            RoleName: name,
            RoleId: `AROA${name.replace(/[^A-Za-z0-9]/g, '').toUpperCase()}`,
            Arn: `arn:aws:iam::${account.id}:role/${name}`,
            CreateDate: new Date(createdAt),
            // IAM answers policies in the encoding of a URL.
            AssumeRolePolicyDocument: encodeURIComponent(trust),
            ...(description !== undefined && { Description: description }),
            MaxSessionDuration: 3600,
          },
        };
      },
    } satisfies Record<string, Operation>,
    createRole: (role) => {
      roles.set(role.name, { ...role, createdAt: world.now() });
    },
    setTrust: (name, trust) => {
      const role = roles.get(name);
      if (role === undefined) throw new Error(`No role ${name} was made from ${region.name}.`);
      roles.set(name, { ...role, trust });
    },
    deleteRole: (name) => {
      roles.delete(name);
    },
    roles,
  };
}
