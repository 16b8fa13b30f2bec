import type { Note, NoteInput } from '../../../contract/conversations.ts'
import { type ConversationId, NoteId } from '../../../contract/ids.ts'
import { announce, inWorkspace } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import type { ConversationDeps } from './deps.ts'
import { canNote } from './policy.ts'
import { holdStanding } from './standing.ts'

/** Adds a note that only the business sees. */
export async function writeNote(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
  { text }: NoteInput,
): Promise<Note> {
  authorize(actor, canNote(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const conversationId = await holdStanding(tx, actor.workspaceId, asked)
    const note = {
      id: newId(NoteId),
      authorName: actor.name,
      text: cleanText(text),
      createdAt: deps.clock(),
    }
    await tx
      .insertInto('notes')
      .values({
        workspace_id: actor.workspaceId,
        id: note.id,
        conversation_id: conversationId,
        author: actorTag(actor),
        author_name: note.authorName,
        text: note.text,
        created_at: note.createdAt,
      })
      .execute()
    await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id: conversationId })
    return { ...note, createdAt: note.createdAt.toISOString() }
  })
}
