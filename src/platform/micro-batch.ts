/**
 * Gathers what comes in at the same time into one piece of work, so that many callers share one commit.
 * - `maxWaitMs`: how long the first of a batch waits for company.
 * - `maxItems`: a batch that is full is begun at once.
 * - `run`: does a whole batch or nothing of it; answers in the order of the items.
 * - `isShared`: this failure would meet every item (the database is away), so trying each alone is no use.
 */
type MicroBatchOptions<Item, Result> = {
  maxWaitMs: number
  maxItems: number
  run(key: string, items: readonly Item[]): Promise<readonly Result[]>
  isShared(error: unknown): boolean
}

export type MicroBatch<Item, Result> = {
  /** Resolves when the batch that this item was in has been done; rejects when this item could not be. */
  add(key: string, item: Item): Promise<Result>
  /** Resolves when everything that was added before is done or has failed. */
  drain(): Promise<void>
}

type Waiting<Item, Result> = {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

type Line<Item, Result> = {
  waiting: Waiting<Item, Result>[]
  timer: NodeJS.Timeout | null
  working: Promise<void> | null
}

/**
 * One batch at a time for each key: what comes in meanwhile makes the next one, so batches grow with the
 * load by themselves. When a batch fails, each of its items is tried alone, and only those at fault fail.
 */
export function createMicroBatch<Item, Result>(
  options: MicroBatchOptions<Item, Result>,
): MicroBatch<Item, Result> {
  const lines = new Map<string, Line<Item, Result>>()

  function begin(key: string, line: Line<Item, Result>): void {
    if (line.timer) clearTimeout(line.timer)
    line.timer = null
    if (line.working || line.waiting.length === 0) return
    const batch = line.waiting.splice(0, options.maxItems)
    line.working = work(options, key, batch).finally(() => {
      line.working = null
      if (line.waiting.length > 0) begin(key, line)
      else lines.delete(key)
    })
  }

  return {
    add(key, item) {
      const line = lines.get(key) ?? { waiting: [], timer: null, working: null }
      lines.set(key, line)
      return new Promise((resolve, reject) => {
        line.waiting.push({ item, resolve, reject })
        if (line.waiting.length >= options.maxItems) begin(key, line)
        else if (!line.working) line.timer ??= setTimeout(() => begin(key, line), options.maxWaitMs)
      })
    },
    async drain() {
      for (const [key, line] of lines) begin(key, line)
      while (lines.size > 0) await Promise.all([...lines.values()].map(({ working }) => working))
    },
  }
}

async function work<Item, Result>(
  { run, isShared }: MicroBatchOptions<Item, Result>,
  key: string,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    settle(
      batch,
      await run(
        key,
        batch.map(({ item }) => item),
      ),
    )
  } catch (error) {
    if (batch.length === 1 || isShared(error)) for (const one of batch) one.reject(error)
    else for (const one of batch) await work({ run, isShared, ...alone }, key, [one])
  }
}

const alone = { maxWaitMs: 0, maxItems: 1 }

function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  results: readonly Result[],
): void {
  for (const [index, one] of batch.entries()) {
    const result = results[index]
    if (result === undefined) one.reject(new Error('the batch gave no result for this item'))
    else one.resolve(result)
  }
}
