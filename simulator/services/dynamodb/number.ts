import { AwsError } from '../../world/region.ts';

/** A DynamoDB number: coefficient × 10^exponent, without trailing zeros in the coefficient. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Limits of the Number type, from the developer guide's section on data types. */
const significantDigits = 38;
const largestExponent = 125;
const smallestExponent = -130;

/** Small whole numbers need no big arithmetic. */
const plainWhole = /^(?:0|-?[1-9]\d{0,14})$/;

/** The text in which DynamoDB returns a number: plain digits, no leading or trailing zeros. */
export function canonicalNumber(text: string): string {
  return plainWhole.test(text) ? text : print(parse(text));
}

/** Negative, zero or positive, as `one` is less than, equal to or greater than `other`. Both are canonical. */
export function compareNumbers(one: string, other: string): number {
  if (one === other) return 0;
  if (plainWhole.test(one) && plainWhole.test(other)) return Number(one) - Number(other);
  const [left, right] = aligned(parse(one), parse(other));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The canonical sum of two canonical numbers; `sign` -1 subtracts. */
export function addNumbers(one: string, other: string, sign: 1 | -1): string {
  const first = parse(one);
  const second = parse(other);
  const [left, right] = aligned(first, second);
  const exponent = Math.min(first.exponent, second.exponent);
  return print(checked(trimmed(sign === 1 ? left + right : left - right, exponent)));
}

function parse(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') {
    throw new AwsError('ValidationException', `The parameter cannot be converted to a numeric value: ${text}`);
  }
  const sign = match[1] === '-' ? -1n : 1n;
  const exponent = Number(match[4] ?? 0) - fraction.length;
  return checked(trimmed(sign * BigInt(whole + fraction), exponent));
}

function trimmed(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const digits = coefficient.toString();
  const zeros = digits.length - digits.replace(/0+$/, '').length;
  return { coefficient: BigInt(digits.slice(0, digits.length - zeros)), exponent: exponent + zeros };
}

function checked(decimal: Decimal): Decimal {
  const digits = (decimal.coefficient < 0n ? -decimal.coefficient : decimal.coefficient).toString().length;
  const magnitude = decimal.exponent + digits - 1;
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  if (digits > significantDigits) return refuse('Attempting to store more than 38 significant digits in a Number');
  if (decimal.coefficient === 0n) return decimal;
  if (magnitude > largestExponent) {
    return refuse('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < smallestExponent) {
    return refuse('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return decimal;
}

function aligned(one: Decimal, other: Decimal): [bigint, bigint] {
  const exponent = Math.min(one.exponent, other.exponent);
  return [
    one.coefficient * 10n ** BigInt(one.exponent - exponent),
    other.coefficient * 10n ** BigInt(other.exponent - exponent),
  ];
}

function print({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString();
  if (exponent >= 0) return `${sign}${digits}${'0'.repeat(exponent)}`;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
