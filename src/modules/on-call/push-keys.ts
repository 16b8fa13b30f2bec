import webPush from 'web-push'
import { z } from 'zod'
import { SecretId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Keyring } from '../../platform/crypto.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { openSecret, storeSecret } from '../vault/index.ts'
import { readVapid, saveVapid } from './push-store.ts'
import type { Sender } from './send-push.ts'
import { lockSettings } from './store.ts'

const purpose = 'vapid'
const PrivateKey = z.string().min(40)

/** The public half of the workspace's key pair, which is made once: browsers are subscribed with it. */
export async function ensurePushKey(
  tx: Tx,
  keyring: Keyring,
  workspaceId: WorkspaceId,
): Promise<string> {
  const known = await readVapid(tx, workspaceId)
  if (known) return known.publicKey
  // Of two that come here at once the second waits, and finds it made.
  await lockSettings(tx, workspaceId)
  const made = await readVapid(tx, workspaceId)
  if (made) return made.publicKey
  const { publicKey, privateKey } = webPush.generateVAPIDKeys()
  const secretId = await storeSecret(tx, keyring, {
    workspaceId,
    purpose,
    value: privateKey,
    by: 'on-call',
  })
  await saveVapid(tx, workspaceId, { publicKey, secretId })
  return publicKey
}

/** Both halves, to sign with. Undefined: none was made, so no browser is subscribed. */
export async function openSender(
  { db, keyring, publicUrl }: { db: Db; keyring: Keyring; publicUrl: string },
  workspaceId: WorkspaceId,
): Promise<Sender | undefined> {
  const keys = await inWorkspace(db, workspaceId, (tx) => readVapid(tx, workspaceId))
  if (!keys) return undefined
  const secretId = SecretId.parse(keys.secretId)
  const opened = await openSecret(db, keyring, { workspaceId, secretId, purpose, by: 'on-call' })
  return { publicKey: keys.publicKey, privateKey: PrivateKey.parse(opened.value), publicUrl }
}
