import { ImportState, importChunkBytes } from '../../../../contract/exports.ts'
import { ApiError, request } from '../../lib/api.ts'

const IMPORT = '/api/v1/setup/import'
const lookAgainMs = 1000
/** How often a piece is sent again over a line that breaks. */
const mostTries = 6

/**
 * Sends an archive in pieces and waits until it is in. A piece that did not get through is sent again.
 * @param onState called with each piece and then every second
 */
export async function importArchive(
  file: Blob,
  onState: (state: ImportState) => void,
): Promise<ImportState> {
  let state = await request(IMPORT, ImportState, { method: 'POST', body: { bytes: file.size } })
  const path = `${IMPORT}/${state.id}`
  onState(state)
  while (state.received < state.bytes) {
    const piece = file.slice(state.received, state.received + importChunkBytes)
    const at = state.received
    state = await patiently(() =>
      request(`${path}?at=${at}`, ImportState, { method: 'PUT', body: piece }),
    )
    onState(state)
  }
  state = await patiently(() => request(`${path}/start`, ImportState, { method: 'POST' }))
  while (state.stage === 'importing') {
    onState(state)
    await pause(lookAgainMs)
    state = await patiently(() => request(path, ImportState))
  }
  onState(state)
  return state
}

/** Again, as long as only the line is at fault. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      const line = error instanceof ApiError && (error.status === 0 || error.status === 503)
      if (!line || tries === mostTries) throw error
      await pause(500 * 2 ** tries)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
