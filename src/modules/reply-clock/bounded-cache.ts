/**
 * Remembers what `make` gave for the last `limit` new keys; the oldest is forgotten first. Only for `make`
 * without effects: it may be asked again for the same key.
 */
export function boundedCache<Value>(
  limit: number,
  make: (key: number) => Value,
): (key: number) => Value {
  const kept = new Map<number, Value>()
  return (key) => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const value = make(key)
    if (kept.size >= limit) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest)
        break
      }
    }
    kept.set(key, value)
    return value
  }
}
