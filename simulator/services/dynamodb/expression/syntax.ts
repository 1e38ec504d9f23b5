/** One step of a document path: an attribute's name, an alias for one (`#name`), or an index into a list. */
export type Step = { readonly name: string } | { readonly alias: string } | { readonly index: number };
export type Path = readonly Step[];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'size'; readonly path: Path };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly path: Path }
  | { readonly kind: 'attribute_type'; readonly path: Path; readonly type: Operand }
  | { readonly kind: 'begins_with' | 'contains'; readonly operand: Operand; readonly other: Operand };

/** The right-hand side of a SET action. */
export type Expression =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Expression }
  | { readonly kind: 'list_append'; readonly first: Expression; readonly second: Expression }
  | { readonly kind: 'add' | 'subtract'; readonly left: Expression; readonly right: Expression };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly expression: Expression }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly placeholder: string }[];
  readonly delete: readonly { readonly path: Path; readonly placeholder: string }[];
}

/** A parsed expression, with the placeholders that it mentions. It depends on its text alone. */
export interface Parsed<Tree> {
  readonly tree: Tree;
  readonly names: readonly string[];
  readonly values: readonly string[];
}
