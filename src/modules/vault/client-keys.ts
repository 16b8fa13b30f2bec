import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { ClientKey } from '../../connectors/contract.ts'
import {
  type Keyring,
  open,
  rewrap,
  type Sealed,
  seal,
  UnsealError,
} from '../../platform/crypto.ts'
import type { Database } from '../../platform/db.ts'

const Stored = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
})

type Deps = { database: Pick<Database, 'db' | 'inTurn'>; keyring: Keyring }

/**
 * The keys by which servers know this installation, newest first; the first is made here when there is
 * none. Sign-ins stay bound to the key they were made with.
 * @throws UnsealError when the key file lacks the root key that one of them is sealed under
 */
export async function clientKeys({ database, keyring }: Deps): Promise<ClientKey[]> {
  const known = await readKeys(database, keyring)
  if (known.length > 0) return known
  return database.inTurn('client-keys', async () => {
    const made = await readKeys(database, keyring)
    return made.length > 0 ? made : [await addKey({ database, keyring })]
  })
}

/**
 * Adds a key, which sign-ins made from now on are bound to. @param forgetOlder takes the others out, which
 * ends the sign-ins that were made with them. @returns how many were there before and are left
 */
export async function rotateClientKey(
  deps: Deps,
  { forgetOlder }: { forgetOlder: boolean },
): Promise<{ kid: string; older: number }> {
  return deps.database.inTurn('client-keys', async () => {
    const { kid } = await addKey(deps)
    const { db } = deps.database
    if (forgetOlder) await db.deleteFrom('auth.client_keys').where('kid', '<>', kid).execute()
    const rows = await db.selectFrom('auth.client_keys').select('kid').execute()
    return { kid, older: rows.length - 1 }
  })
}

/** Puts the keys under the newest root key. @returns those that were, and the ids of those that do not open */
export async function rewrapClientKeys(
  db: Database['db'],
  keyring: Keyring,
): Promise<{ rewrapped: number; broken: { kid: string; why: string }[] }> {
  const rows = await db
    .selectFrom('auth.client_keys')
    .selectAll()
    .where('key_id', '<>', keyring.newest.id)
    .execute()
  const broken: { kid: string; why: string }[] = []
  for (const row of rows) {
    try {
      const sealed = rewrap(keyring, sealedOf(row), placeOf(row.kid))
      await db
        .updateTable('auth.client_keys')
        .set(toColumns(sealed))
        .where('kid', '=', row.kid)
        .execute()
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error
      broken.push({ kid: row.kid, why: error.message })
    }
  }
  return { rewrapped: rows.length - broken.length, broken }
}

/** How many of them open with this key file. */
export async function checkClientKeys(
  db: Database['db'],
  keyring: Keyring | null,
): Promise<{ opens: number; closed: number }> {
  const rows = await db.selectFrom('auth.client_keys').selectAll().execute()
  const opens = rows.filter((row) => keyring !== null && doesOpen(keyring, row)).length
  return { opens, closed: rows.length - opens }
}

function doesOpen(keyring: Keyring, row: Row): boolean {
  try {
    open(keyring, sealedOf(row), placeOf(row.kid)).fill(0)
    return true
  } catch (error) {
    if (error instanceof UnsealError) return false
    throw error
  }
}

async function readKeys({ db }: Pick<Database, 'db'>, keyring: Keyring): Promise<ClientKey[]> {
  const rows = await db
    .selectFrom('auth.client_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute()
  return rows.map((row) => {
    const plaintext = open(keyring, sealedOf(row), placeOf(row.kid))
    try {
      return Stored.parse(JSON.parse(plaintext.toString('utf8')))
    } finally {
      plaintext.fill(0)
    }
  })
}

async function addKey({ database, keyring }: Deps): Promise<ClientKey> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = randomBytes(12).toString('base64url')
  const key = Stored.parse({ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', kid })
  await database.db
    .insertInto('auth.client_keys')
    .values({ kid, ...toColumns(seal(keyring, JSON.stringify(key), placeOf(kid))) })
    .execute()
  return key
}

/** What binds a sealed key to its row. */
function placeOf(kid: string): string {
  return `instance/${kid}/client-key`
}

type Row = {
  kid: string
  key_id: string
  wrapped_key: Buffer
  nonce: Buffer
  ciphertext: Buffer
}

function sealedOf({ key_id, wrapped_key, nonce, ciphertext }: Row): Sealed {
  return { keyId: key_id, wrappedKey: wrapped_key, nonce, ciphertext }
}

function toColumns({ keyId, wrappedKey, nonce, ciphertext }: Sealed) {
  return { key_id: keyId, wrapped_key: wrappedKey, nonce, ciphertext }
}
