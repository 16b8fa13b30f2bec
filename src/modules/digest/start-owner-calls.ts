import { type Loop, startLoop } from '../../platform/loop.ts'
import { checkAllThresholds } from './check-thresholds.ts'
import { type CallDeps, sendDigests } from './send-digests.ts'

const MINUTE_MS = 60_000

/** Looks every minute whether a digest is due and whether somebody is to be called. */
export function startOwnerCalls(deps: CallDeps, everyMs = MINUTE_MS): Pick<Loop, 'stop'> {
  return startLoop({
    name: 'owner-calls',
    everyMs,
    log: deps.log,
    async work() {
      await sendDigests(deps)
      await checkAllThresholds(deps)
    },
  })
}
