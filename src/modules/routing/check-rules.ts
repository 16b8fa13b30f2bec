import { sql } from 'kysely'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Rules } from '../../../contract/routing.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError, type FieldError } from '../../platform/errors.ts'
import { needleOf } from './choose-route.ts'

/**
 * That all that the rules name is there, and each word can be found.
 * @throws AppError `bad-input` with the field of everything that is not
 */
export async function checkRules(tx: Tx, workspaceId: WorkspaceId, rules: Rules): Promise<void> {
  const known = await readKnown(tx, workspaceId)
  const problems: FieldError[] = []
  const refuse = (field: string, message: string) => problems.push({ field, message })
  for (const [index, { when, give }] of rules.entries()) {
    const at = `rules.${index}`
    for (const id of when.channelIds ?? [])
      if (!known.channels.has(id))
        refuse(`${at}.when.channelIds`, 'A channel is gone. Choose another.')
    for (const word of when.words?.list ?? [])
      if (needleOf(word) === '') refuse(`${at}.when.words`, `“${word}” has no letter or digit.`)
    if (give.departmentId && !known.departments.has(give.departmentId))
      refuse(`${at}.give.departmentId`, 'The department is gone. Choose another.')
    if (give.assign?.to === 'member' && !known.members.has(give.assign.memberId))
      refuse(`${at}.give.assign`, 'The colleague is gone. Choose another.')
  }
  const [first] = problems
  if (first) throw new AppError('bad-input', first.message, { fields: problems })
}

async function readKnown(tx: Tx, workspaceId: WorkspaceId) {
  const { rows } = await sql<{ kind: string; id: string }>`
    select 'channel' as kind, id from channels where workspace_id = ${workspaceId}
    union all select 'department', id from departments
      where workspace_id = ${workspaceId} and removed_at is null
    union all select 'member', id from members
      where workspace_id = ${workspaceId} and left_at is null`.execute(tx)
  const of = (kind: string) => new Set(rows.filter((row) => row.kind === kind).map(({ id }) => id))
  return { channels: of('channel'), departments: of('department'), members: of('member') }
}
