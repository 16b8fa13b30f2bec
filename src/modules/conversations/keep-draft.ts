import { sql } from 'kysely'
import type { Draft } from '../../../contract/conversations.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { announce, oftenInWorkspace } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import type { ConversationDeps } from './deps.ts'
import { canDraft } from './policy.ts'
import { holdStanding } from './standing.ts'

/** Keeps what somebody is writing, so that it survives a closed browser; an empty draft is forgotten. */
export async function keepDraft(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
  draft: Draft,
): Promise<void> {
  authorize(actor, canDraft(actor))
  await oftenInWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const conversationId = await holdStanding(tx, actor.workspaceId, asked)
    const key = {
      workspace_id: actor.workspaceId,
      conversation_id: conversationId,
      author: actorTag(actor),
    }
    if (isEmpty(draft))
      await tx
        .deleteFrom('drafts')
        .where((eb) => eb.and(key))
        .execute()
    else {
      const content = {
        text: cleanText(draft.text),
        media: JSON.stringify(draft.media),
        content_warning: draft.contentWarning === null ? null : cleanText(draft.contentWarning),
      }
      await tx
        .insertInto('drafts')
        .values({ ...key, ...content })
        .onConflict((conflict) =>
          conflict
            .columns(['workspace_id', 'conversation_id', 'author'])
            .doUpdateSet({ ...content, updated_at: sql<Date>`now()` }),
        )
        .execute()
    }
    await announce(tx, { workspace: actor.workspaceId, kind: 'draft', id: conversationId })
  })
}

function isEmpty({ text, media, contentWarning }: Draft): boolean {
  return text.trim() === '' && media.length === 0 && !contentWarning
}
