/** Any value that JSON can hold. Values are shared between states and history and are never changed in place. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type JsonTypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/** The type's name as Step Functions writes it in its causes. */
export function typeName(value: JsonValue): JsonTypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'boolean' | 'number' | 'string' | 'object';
}

/** A value's size as Step Functions counts it: bytes of UTF-8 of its compact JSON. */
export function jsonBytes(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

/** Whether the value's JSON has at most that many bytes. Small values, nearly all, are told apart without writing them. */
export function fits(value: JsonValue, bytes: number): boolean {
  return worstCase(value, bytes) >= 0 || jsonBytes(value) <= bytes;
}

/** What is left of the budget if every character took the longest form that JSON has for it; negative once it is used up. */
function worstCase(value: JsonValue, budget: number): number {
  if (typeof value === 'string') return budget - 2 - 6 * value.length;
  if (typeof value !== 'object' || value === null) return budget - 25;
  let left = budget - 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      left = worstCase(item, left - 1);
      if (left < 0) return left;
    }
    return left;
  }
  for (const key in value) {
    left = worstCase(value[key] as JsonValue, left - 4 - 6 * key.length);
    if (left < 0) return left;
  }
  return left;
}

/** A copy that shares nothing with the original, and holds only what JSON can hold; nothing at all becomes null. */
export function copy(value: JsonValue | undefined): JsonValue {
  return JSON.parse(JSON.stringify(value) ?? 'null') as JsonValue;
}
