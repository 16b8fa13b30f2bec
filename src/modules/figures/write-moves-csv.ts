import type { FiguresCsvQuery } from '../../../contract/figures-query.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { countMoves, readMoves } from './moves-store.ts'
import { choosePeriod } from './period.ts'
import { canReadFigures } from './policy.ts'
import { readSetting } from './read-figures.ts'
import type { Span } from './store.ts'
import { toCsv } from './write-csv.ts'

type Asked = { query: FiguresCsvQuery; now: Date }

/** A line for all moves to private and one for each reason. */
export async function writeReasonsCsv(db: Db, actor: Actor, asked: Asked): Promise<string> {
  const counted = await inPeriod(db, actor, asked, (tx, span) =>
    countMoves(tx, actor.workspaceId, { span, filter: asked.query }),
  )
  const lines = [{ reason: 'all', ...counted }, ...counted.reasons]
  return toCsv([
    ['reason', 'moved_to_private', 'went_on_in_private'],
    ...lines.map(({ reason, moves, wentOn }) => [reason, moves, wentOn]),
  ])
}

/** A line for each move to private, oldest first. */
export async function writeMovesCsv(db: Db, actor: Actor, asked: Asked): Promise<string> {
  const filter = asked.query
  const moves = await inPeriod(db, actor, asked, (tx, span) =>
    readMoves(tx, actor.workspaceId, { span, filter, after: null, limit: null }),
  )
  return toCsv([
    ['conversation', 'channel', 'at', 'by', 'reason', 'words', 'place', 'private_conversation'],
    ...moves
      .toReversed()
      .map((move) => [
        move.conversationId,
        move.channelId,
        move.at,
        move.byName,
        move.reason,
        move.words,
        move.placeHandle,
        move.privateId ?? '',
      ]),
  ])
}

async function inPeriod<Found>(
  db: Db,
  actor: Actor,
  { query, now }: Asked,
  read: (tx: Tx, span: Span) => Promise<Found>,
): Promise<Found> {
  authorize(actor, canReadFigures(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const { zone } = await readSetting(tx, actor.workspaceId, now)
    return read(tx, choosePeriod(query, zone, now))
  })
}
