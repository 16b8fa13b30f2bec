import type { HookAnswer, HookRequest } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { findChannel, type HookPlace, openSession } from '../channels/index.ts'
import type { IngestDeps } from './deps.ts'
import { ingestChannelOf } from './follow-channel.ts'
import { ingestPage } from './ingest-page.ts'

/**
 * Takes what a network brought to a channel's address: proved to be the network's, stored and applied in
 * one transaction, and only then answered. Brought twice, it is stored once.
 * @throws AppError `not-found` when there is no such channel or nothing is brought to it,
 *   `not-signed-in` when it is not proved who sent it, `bad-input` when it cannot be read
 */
export async function takeHook(
  deps: IngestDeps,
  place: HookPlace,
  request: HookRequest,
): Promise<HookAnswer> {
  const channel = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
    findChannel(tx, place.workspaceId, place.channelId),
  )
  if (!channel || channel.state === 'disconnected') throw noSuchHook()
  const { connector, session } = await openSession(deps, channel, 'hook')
  const { credential } = session
  if (!connector.hook || connector.hook.use(credential) === 'none') throw noSuchHook()
  const result = connector.hook.take(request, { credential, account: channel.account })
  switch (result.kind) {
    case 'refused':
      throw new AppError('not-signed-in', result.why)
    case 'unreadable':
      throw new AppError('bad-input', result.why)
    case 'taken':
      if (result.events.length > 0)
        await ingestPage(deps.database.db, connector, ingestChannelOf(channel), {
          events: result.events,
        })
      return result.answer
  }
}

/** The same words for an address that was never made here and for one that is no longer used. */
export function noSuchHook(): AppError {
  return new AppError('not-found', 'There is nothing at this address.')
}
