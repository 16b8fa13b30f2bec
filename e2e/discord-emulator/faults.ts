/**
 * What can go wrong with the next requests. `cut-after-taken`: a send is carried out and the connection
 * cut; `late`: it is cut first and carried out afterwards.
 */
export type FaultKind =
  | 'rate-limited'
  | 'expired-token'
  | 'outage'
  | 'garbage'
  | 'cut-after-taken'
  | 'late'

/** Faults in line; each is met so many times. */
export type Faults = {
  add(kind: FaultKind, times: number): void
  clear(): void
  /** The fault that this request meets, used up by one. */
  meet(isSend: boolean): FaultKind | null
}

const ONLY_SENDS: readonly FaultKind[] = ['cut-after-taken', 'late']

export function createFaults(): Faults {
  let line: { kind: FaultKind; left: number }[] = []
  return {
    add: (kind, times) => void line.push({ kind, left: times }),
    clear: () => {
      line = []
    },
    meet(isSend) {
      const fault = line.find(
        ({ kind, left }) => left > 0 && (isSend || !ONLY_SENDS.includes(kind)),
      )
      if (!fault) return null
      fault.left -= 1
      return fault.kind
    },
  }
}
