/** A store of the library's, in this process's memory. */
export type Memory<Value> = {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  del(key: string): void
}

/** Keeps at most `max` values, each for `ttlMs` milliseconds; the oldest leave first. */
export function createMemory<Value>({ ttlMs, max }: { ttlMs: number; max: number }): Memory<Value> {
  const kept = new Map<string, { value: Value; until: number }>()
  return {
    get(key) {
      const found = kept.get(key)
      return found && found.until > performance.now() ? found.value : undefined
    },
    set(key, value) {
      kept.delete(key)
      kept.set(key, { value, until: performance.now() + ttlMs })
      const [oldest] = kept.keys()
      if (kept.size > max && oldest !== undefined) kept.delete(oldest)
    },
    del: (key) => void kept.delete(key),
  }
}
