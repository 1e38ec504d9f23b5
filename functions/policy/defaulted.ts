/** The fields that have a default, by the mapping that holds them. `*` stands for any name. */
const withDefaults: readonly [holder: readonly string[], field: string][] = [
  [['alerts'], 'notices'],
  [['alerts'], 'escalate_after'],
  [['tiers', '*'], 'kinds'],
  [['tiers', '*'], 'may_be_empty'],
  [['checks', '*'], 'integrity'],
  [['checks', '*'], 'row_counts'],
  [['checks', '*', 'row_counts'], 'may_drop'],
  [['checks', '*', 'files'], 'checksums'],
  [['checks', '*', 'files'], 'may_drop'],
  [['checks', '*', 'files'], 'may_change'],
  [['checks', '*', 'files'], 'may_turn_over'],
];

/** The fields of a written policy that are left out and so have their default, such as `tiers.gold.kinds`. */
export function defaultedFields(written: Readonly<Record<string, unknown>>): string[] {
  return withDefaults.flatMap(([holder, field]) =>
    holders(written, holder)
      .filter(
        ({ value }) =>
          !Object.hasOwn(value, field) && !(field === 'integrity' || field === 'row_counts' ? 'files' in value : false),
      )
      .map(({ name }) => `${name}.${field}`),
  );
}

type Holder = { name: string; value: Record<string, unknown> };

function holders(written: Readonly<Record<string, unknown>>, way: readonly string[]): Holder[] {
  let found: Holder[] = [{ name: '', value: written }];
  for (const part of way) {
    found = found.flatMap(({ name, value }) =>
      Object.entries(value)
        .filter(([key, inside]) => (part === '*' || key === part) && typeof inside === 'object' && inside !== null)
        .map(([key, inside]) => ({
          name: name === '' ? key : `${name}.${key}`,
          value: inside as Record<string, unknown>,
        })),
    );
  }
  return found;
}
