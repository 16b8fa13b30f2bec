import type { Log } from './log.ts'

export type Loop = { wake(): void; stop(): Promise<void> }

type LoopOptions = {
  name: string
  everyMs: number
  log: Log
  work(): Promise<void>
}

/**
 * Repeats `work`, never twice at once: every `everyMs` milliseconds and at once after `wake`. An error
 * is logged and the next round comes as usual: a lost database must not end the loop. `stop` resolves
 * when the round under way is over.
 */
export function startLoop({ name, everyMs, log, work }: LoopOptions): Loop {
  let stopped = false
  let woken = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let busy = false

  async function round(): Promise<void> {
    woken = false
    try {
      await work()
    } catch (err) {
      log.warn({ err, loop: name }, 'a round failed; the next one tries again')
    }
  }

  function run(): void {
    clearTimeout(timer)
    if (stopped) return
    if (busy) {
      woken = true
      return
    }
    busy = true
    running = round().finally(() => {
      busy = false
      if (stopped) return
      timer = setTimeout(run, woken ? 0 : everyMs)
    })
  }

  run()
  return {
    wake: run,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
