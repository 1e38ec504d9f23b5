import { hasColdStorage, leastColdDays } from './assumed.ts';
import { inWords } from './duration.ts';
import type { Ruling } from './feasible.ts';
import { kindWords } from './kind.ts';
import { partitionOf, placeName, samePlace } from './place.ts';
import type { Tier } from './policy.ts';

const day = 86_400;

/** Where the parts of a tier do not fit each other. `home` is null while the file's own `home` cannot be read. */
export function misfits(tier: Tier, home: string | null): Ruling[] {
  const rulings = [...copies(tier, home), ...drill(tier), ...objectives(tier), ...coldStorage(tier)];
  return rulings.filter((ruling) => !ruling.holds);
}

function copies(tier: Tier, home: string | null): Ruling[] {
  return tier.copies.flatMap((copy, index) => {
    const field = `copies[${index}]`;
    const name = placeName(copy.to);
    const first = tier.copies.findIndex((other) => samePlace(other.to, copy.to)) === index;
    return [
      {
        field: `${field}.to`,
        holds: copy.to.region !== home || copy.to.account !== null,
        because: `${name} is home itself, so that one event can take both`,
        mend: 'name another Region, or another account as ACCOUNT/REGION',
      },
      {
        field: `${field}.to`,
        holds: first,
        because: `${name} is a destination already`,
        mend: 'leave one of them out',
      },
      {
        field: `${field}.to`,
        holds: home === null || partitionOf(home) === partitionOf(copy.to.region),
        because: `nothing can be copied from ${home} to ${name}: they are in different partitions of AWS`,
        mend: `name a Region of the partition of ${home}`,
      },
      {
        field: `${field}.keep`,
        holds: tier.backup === null || copy.keepDays !== null,
        because: 'a copy without keep would inherit the expiry of the recovery point at home',
        mend: 'write how long to keep it, such as keep: 35 days',
      },
      {
        field: `${field}.keep`,
        holds: tier.backup !== null || (copy.keepDays === null && copy.coldAfterDays === null),
        because: 'this tier has no backup, so another plan makes its copies and says how long they live',
        mend: 'leave keep and cold_after out, or write backup',
      },
    ];
  });
}

function drill(tier: Tier): Ruling[] {
  return [...drillPlace(tier), ...drillSettings(tier)];
}

function drillPlace(tier: Tier): Ruling[] {
  const from = tier.drill?.from;
  if (from === undefined || from === 'home') return [];
  const places = tier.copies.map((copy) => placeName(copy.to));
  return [
    {
      field: 'drill.from',
      holds: tier.copies.some((copy) => samePlace(copy.to, from)),
      because: `no copy goes to ${placeName(from)}, so there is nothing to drill`,
      mend: `write ${['home', ...places].join(' or ')}, or add it to copies`,
    },
  ];
}

/** A setting that would reach nothing, or would not fit what it reaches, fails the drill of the night: refuse it here. */
function drillSettings(tier: Tier): Ruling[] {
  const settings = tier.drill?.restore;
  if (settings === undefined) return [];
  const databases = tier.kinds.filter((kind) => kindWords[kind].holds === 'database');
  return [
    {
      field: 'drill.instance_class',
      holds: settings.instanceClass === null || databases.length > 0,
      because: 'this tier takes no databases, and only they have an instance class',
      mend: 'leave instance_class out',
    },
    {
      field: 'drill.parameter_group',
      holds: settings.parameterGroup === null || databases.length === 1,
      because:
        databases.length === 0
          ? 'this tier takes no databases, and only they have parameter groups'
          : 'this tier takes instances and clusters, and no parameter group is for both',
      mend: databases.length === 0 ? 'leave parameter_group out' : 'write kinds: [ rds ] or kinds: [ aurora ]',
    },
    {
      field: 'drill.option_group',
      holds: settings.optionGroup === null || tier.kinds.includes('rds'),
      because: 'this tier takes no RDS instances, and only they have option groups',
      mend: 'leave option_group out',
    },
  ];
}

function objectives(tier: Tier): Ruling[] {
  const { objectives: named } = tier;
  const ofDatabases = tier.kinds.filter((kind) => kindWords[kind].holds === 'database');
  return [
    {
      field: 'objectives',
      holds: Object.keys(named).length > 0,
      because: 'a tier without an objective can break without anybody being paged',
      mend: 'name at least one, such as rpo: 9 hours',
    },
    {
      field: 'objectives.copy_rpo',
      holds: named.copy_rpo === undefined || tier.copies.length > 0,
      because: 'this tier makes no copy',
      mend: 'write copies, or leave copy_rpo out',
    },
    {
      field: 'objectives.proof',
      holds: named.proof === undefined || tier.drill !== null,
      because: 'this tier has no drill, and only a drill proves anything',
      mend: 'write drill, or leave proof out',
    },
    {
      field: 'objectives.rto',
      holds: named.rto === undefined || tier.drill !== null,
      because: 'this tier has no drill, and only a drill measures how long a restore takes',
      mend: 'write drill, or leave rto out',
    },
    {
      field: 'objectives.pitr_rpo',
      holds: named.pitr_rpo === undefined || ofDatabases.length > 0,
      because: 'this tier takes no databases, and only they can be restored to a point in time',
      mend: 'leave pitr_rpo out',
    },
    {
      field: 'objectives.replica_rpo',
      holds: named.replica_rpo === undefined || tier.copies.some(({ replica }) => replica === true),
      because: 'no copy of this tier says that a replica stands in its Region, so nobody would watch one',
      mend: 'write replica: true in the copy whose Region has it, or leave replica_rpo out',
    },
    ...tier.copies.flatMap((copy, index) => [
      {
        field: `copies[${index}].point_in_time`,
        holds: copy.pointInTime === undefined || (named.pitr_rpo !== undefined && tier.kinds.includes('rds')),
        because:
          named.pitr_rpo === undefined
            ? 'this tier has no pitr_rpo, so nothing would be asked of the automated backups there'
            : 'this tier takes no RDS instances, and RDS replicates the automated backups of no other kind',
        mend: named.pitr_rpo === undefined ? 'write objectives.pitr_rpo, or leave it out' : 'leave it out',
      },
      {
        field: `copies[${index}].replica`,
        holds: copy.replica === undefined || named.replica_rpo !== undefined,
        because: 'this tier has no replica_rpo, so nothing would be asked of the replica there',
        mend: 'write objectives.replica_rpo, or leave it out',
      },
    ]),
  ];
}

function coldStorage(tier: Tier): Ruling[] {
  const without = tier.kinds.filter((kind) => !hasColdStorage[kind]);
  const rules = (field: string, keepDays: number | null, coldAfterDays: number | null): Ruling[] => {
    if (coldAfterDays === null || keepDays === null) return [];
    const least = coldAfterDays + leastColdDays;
    return [
      {
        field: `${field}.cold_after`,
        holds: without.length === 0,
        because: `there is no cold storage for ${without.map((kind) => kindWords[kind].one).join(' or ')}, which this tier takes`,
        mend: 'leave cold_after out, or write kinds: [ efs ]',
      },
      {
        field: `${field}.keep`,
        holds: keepDays >= least,
        because: `what goes to cold storage after ${inWords(coldAfterDays * day)} stays there at least ${leastColdDays} days`,
        mend: `keep it at least ${inWords(least * day)}`,
      },
    ];
  };
  return [
    ...(tier.backup === null ? [] : rules('backup', tier.backup.keepDays, tier.backup.coldAfterDays)),
    ...tier.copies.flatMap((copy, index) => rules(`copies[${index}]`, copy.keepDays, copy.coldAfterDays)),
  ];
}
