import { ChannelId, SecretId, type WorkspaceId } from '../contract/ids.ts'
import { inWorkspace } from '../src/platform/db.ts'
import { newId } from '../src/platform/ids.ts'
import type { TestDatabase } from './database.ts'

/** An e-mail account whose server is down: mail goes in line for it, and stays there. */
export async function addMailAccount(
  { db }: Pick<TestDatabase, 'db'>,
  workspaceId: WorkspaceId,
): Promise<void> {
  const words = { max: 10_000, unit: 'graphemes' }
  const text = { text: [words], urlLength: null, mentionsWithoutServer: false }
  await inWorkspace(db, workspaceId, (tx) =>
    tx
      .insertInto('channels')
      .values({
        workspace_id: workspaceId,
        id: newId(ChannelId),
        network: 'email',
        service: 'imaps://mail.example',
        remote_account_id: 'shop@mail.example',
        handle: 'shop@mail.example',
        display_name: 'Shop',
        avatar_url: null,
        profile_url: 'mailto:shop@mail.example',
        state: 'attention',
        problem: JSON.stringify({ kind: 'unavailable', detail: 'The server is down.' }),
        limits: JSON.stringify({
          public: null,
          private: { ...text, countsContentWarning: false },
          media: { max: 0, imageBytes: 1, imageTypes: [], altText: null },
          readAt: new Date().toISOString(),
        }),
        abilities: '{}',
        secret_id: newId(SecretId),
        checked_at: new Date(),
      })
      .execute(),
  )
}
