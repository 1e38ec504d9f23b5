import type { Code } from '../../services/lambda/index.ts';
import type { Chance } from '../chance.ts';
import type { Region } from '../region.ts';
import type { PropertyReader } from './properties.ts';

/** What a resource is known by once it is made: `Ref` gives its id, `Fn::GetAtt` its attributes. */
export interface Made {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What making a resource may use. */
export interface Making {
  readonly region: Region;
  readonly stackName: string;
  readonly logicalId: string;
  readonly properties: PropertyReader;
  /** The resource as the last deployment made it. */
  readonly before: Made | undefined;
  /** Depends on the stack and the logical id alone, so that a second deployment draws the same ids. */
  readonly chance: Chance;
  readonly taskRoot: string;
  /** The code behind a Handler property. */
  code(handler: string): Code;
  /** A name for a resource whose template gives none. */
  generatedName(): string;
}

/** How one type of resource is made, and made anew when its properties change. */
export interface Kind {
  make(making: Making): Made;
  /**
   * What a second deployment does. `make again`: `make` with `before` set, whatever the properties are, since the code that they
   * name may be another one. `when changed`: the same where the properties are others; what somebody changed by hand stays
   * otherwise, as CloudFormation compares templates. `no effect`: nothing, because the type has none here. Left out: other
   * properties are refused by name.
   */
  readonly changes?: 'make again' | 'when changed' | 'no effect';
  /** How it is taken away when a later template no longer has it. Left out: refused by name. */
  remove?(region: Region, made: Made): void;
}

export function arn(region: Region, service: string, rest: string): string {
  return `arn:aws:${service}:${region.name}:${region.account.id}:${rest}`;
}
