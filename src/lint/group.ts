/** Items by what they have in common, in the order of their first members. */
export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const of = key(item);
    const known = groups.get(of);
    if (known === undefined) groups.set(of, [item]);
    else known.push(item);
  }
  return groups;
}
