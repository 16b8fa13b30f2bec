/** Milliseconds between two remarks. */
const everyMs = 5000

/** Remarks for a person who waits: how many rows are done, now and then. */
export function progressNotes(
  note: (text: string) => void,
  done: string,
): (progress: { rows: number; total: number | null }) => void {
  let next = Date.now() + everyMs
  return ({ rows, total }) => {
    if (Date.now() < next) return
    next = Date.now() + everyMs
    note(total === null ? `Counting: ${rows} rows` : `${done}: ${rows} of ${total} rows`)
  }
}
