/** Chance that can be repeated: the same seed, the same choices. */
export type Random = {
  seed: number
  /** A whole number from 0 to `n` - 1. */
  below(n: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Another source, of its own, so that one who draws more does not disturb the others. */
  fork(): Random
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    seed,
    below: (n) => Math.floor(next() * n),
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    fork: () => createRandom(Math.floor(next() * 4_294_967_296)),
  }
}

/** `SEED` and `KILLS` of the environment, for repeating a run or making it longer. */
export function readDrill(usualKills: number): { seed: number; kills: number } {
  const { SEED, KILLS } = process.env
  return {
    seed: SEED === undefined ? Math.floor(Math.random() * 1_000_000) : Number(SEED),
    kills: KILLS === undefined ? usualKills : Number(KILLS),
  }
}
