/** Where a value stands on the way from one end to the other; what is beyond an end stands at it. */
export function scale(
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const way = high === low ? 1 : high - low;
  return (value) => start + Math.min(1, Math.max(0, (value - low) / way)) * (end - start);
}
