import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { link, mkdir, open as openFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

/** A root key. The bytes are in a KeyObject, which prints and serialises without them. */
export type RootKey = { id: string; key: KeyObject }

/** Root keys, newest first: the first seals, all open, the last derives. Never empty. */
export type Keyring = { newest: RootKey; oldest: RootKey; keys: ReadonlyMap<string, KeyObject> }

/**
 * A sealed secret, as stored. `wrappedKey` is nonce (12 bytes), encrypted data key (32), tag (16);
 * `nonce` is 12 bytes; `ciphertext` ends with its tag of 16 bytes.
 */
export type Sealed = { keyId: string; wrappedKey: Buffer; nonce: Buffer; ciphertext: Buffer }

/** The key file cannot be used. The message says what to do and holds no key. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError'
}

/** A sealed secret cannot be opened: wrong key, wrong place, or altered. Nothing more is known. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError'
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

const KeyFile = z.object({
  keys: z
    .array(
      z.object({
        id: z.string().regex(/^[\w-]{1,64}$/),
        key: z.base64().transform((text) => Buffer.from(text, 'base64')),
      }),
    )
    .min(1),
})

/**
 * Reads the root keys from `file`, making it (mode 0600, one random key) when it does not exist.
 * To rotate, put a new `{"id", "key"}` in front and rewrap what is stored; keep the older ones until then.
 * Throws `KeyringError` for a file that others can read, that does not parse, or that repeats an id.
 */
export async function loadKeyring(file: string): Promise<Keyring> {
  const existing = await readKeyFile(file)
  if (existing !== null) return existing
  await createKeyFile(file)
  const created = await readKeyFile(file)
  if (created === null) throw new KeyringError(`The key file ${file} vanished while it was made.`)
  return created
}

/**
 * Encrypts under a fresh data key, which is encrypted under the newest root key (AES-256-GCM both).
 * `aad` says where the secret belongs (workspace, account, purpose) and must be given again to open it,
 * so a row copied elsewhere does not open there.
 */
export function seal(keyring: Keyring, plaintext: Uint8Array | string, aad: string): Sealed {
  const dataKey = randomBytes(KEY_BYTES)
  const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
  const { nonce, ciphertext } = encrypt(createSecretKey(dataKey), bytes, dataAad(aad))
  const wrappedKey = wrap(keyring.newest, dataKey, aad)
  dataKey.fill(0)
  return { keyId: keyring.newest.id, wrappedKey, nonce, ciphertext }
}

/** The plaintext of `sealed`. Throws `UnsealError`. */
export function open(keyring: Keyring, sealed: Sealed, aad: string): Buffer {
  const dataKey = unwrap(keyring, sealed, aad)
  try {
    return decrypt(createSecretKey(dataKey), sealed.nonce, sealed.ciphertext, dataAad(aad))
  } finally {
    dataKey.fill(0)
  }
}

/**
 * The same secret under the newest root key; the ciphertext stays as it is. Proves first that the secret
 * opens, so that rotation never drops an old key on the word of a row that was already broken.
 * Throws `UnsealError`.
 */
export function rewrap(keyring: Keyring, sealed: Sealed, aad: string): Sealed {
  open(keyring, sealed, aad).fill(0)
  const dataKey = unwrap(keyring, sealed, aad)
  const wrappedKey = wrap(keyring.newest, dataKey, aad)
  dataKey.fill(0)
  return { ...sealed, keyId: keyring.newest.id, wrappedKey }
}

/**
 * 32 bytes for one purpose (session cookies, signed links), the same at every start: HKDF-SHA256 from
 * the oldest root key, since nothing stored says which key such a secret came from. Adding a key leaves
 * it alone; removing the oldest changes it (sessions end), which is what a leaked key asks for.
 */
export function deriveKey(keyring: Keyring, purpose: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', keyring.oldest.key, 'parley', `derive:${purpose}`, KEY_BYTES),
  )
}

/** SHA-256 in hex. Only for random tokens of 128 bits or more; a password needs a slow hash. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex')
}

/** `prefix_` and random bytes in base64url. The prefix lets scanners of leaked secrets recognise it. */
export function randomToken(prefix: string, bytes = 32): string {
  if (bytes < 16) throw new RangeError('a token needs at least 16 random bytes')
  return `${prefix}_${randomBytes(bytes).toString('base64url')}`
}

/** Compares secrets in a time that tells neither where they differ nor how long the right one is. */
export function constantTimeEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(left), digest(right))
}

function wrap(root: RootKey, dataKey: Buffer, aad: string): Buffer {
  // A random 96-bit nonce is safe for 2^32 seals under one root key (NIST SP 800-38D, 8.3).
  const { nonce, ciphertext } = encrypt(root.key, dataKey, keyAad(root.id, aad))
  return Buffer.concat([nonce, ciphertext])
}

function unwrap(keyring: Keyring, sealed: Sealed, aad: string): Buffer {
  const key = keyring.keys.get(sealed.keyId)
  if (key === undefined) {
    throw new UnsealError(`The key file lacks the key ${sealed.keyId} that sealed this secret.`)
  }
  const nonce = sealed.wrappedKey.subarray(0, NONCE_BYTES)
  const wrapped = sealed.wrappedKey.subarray(NONCE_BYTES)
  return decrypt(key, nonce, wrapped, keyAad(sealed.keyId, aad))
}

// The layers have different labels, so that a ciphertext of one never passes for one of the other.
const keyAad = (keyId: string, aad: string) => Buffer.from(`parley:key:1\0${keyId}\0${aad}`, 'utf8')
const dataAad = (aad: string) => Buffer.from(`parley:data:1\0${aad}`, 'utf8')

function encrypt(key: KeyObject, plaintext: Uint8Array, aad: Buffer) {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  const parts = [cipher.update(plaintext), cipher.final()]
  return { nonce, ciphertext: Buffer.concat([...parts, cipher.getAuthTag()]) }
}

function decrypt(key: KeyObject, nonce: Buffer, sealed: Buffer, aad: Buffer): Buffer {
  try {
    const tagStart = sealed.byteLength - TAG_BYTES
    // Without authTagLength node would take a tag cut to 4 bytes, which can be guessed.
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(aad).setAuthTag(sealed.subarray(Math.max(0, tagStart)))
    return Buffer.concat([decipher.update(sealed.subarray(0, tagStart)), decipher.final()])
  } catch (cause) {
    throw new UnsealError('The secret does not open here: wrong key, wrong place, or altered.', {
      cause,
    })
  }
}

async function readKeyFile(file: string): Promise<Keyring | null> {
  const handle = await openFile(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new KeyringError(`The key file ${file} cannot be opened: ${error.message}`, {
      cause: error,
    })
  })
  if (handle === null) return null
  try {
    // Looked at and read through one handle: the file checked is the file used.
    const stats = await handle.stat()
    if (!stats.isFile()) throw new KeyringError(`The key file ${file} is not a file.`)
    const { mode } = stats
    // Windows has no such modes: there the folder's access list guards the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      throw new KeyringError(
        `The key file ${file} can be read by others (mode ${octal}). Run: chmod 600 ${file}`,
      )
    }
    return parseKeyring(file, await handle.readFile('utf8'))
  } finally {
    await handle.close()
  }
}

function parseKeyring(file: string, text: string): Keyring {
  const unusable = (why: string) => new KeyringError(`The key file ${file} cannot be used: ${why}.`)
  const parsed = KeyFile.safeParse(parseJson(text))
  // Without the parser's own words: they may quote the file.
  if (!parsed.success) throw unusable('it is not {"keys": [{"id": …, "key": base64}, …]}')
  const roots = parsed.data.keys.map(({ id, key }) => {
    if (key.byteLength !== KEY_BYTES) throw unusable(`the key ${id} is not ${KEY_BYTES} bytes`)
    return { id, key: createSecretKey(key) }
  })
  const newest = roots.at(0)
  const oldest = roots.at(-1)
  if (newest === undefined || oldest === undefined) throw unusable('it holds no key')
  const keys = new Map(roots.map(({ id, key }) => [id, key]))
  if (keys.size !== roots.length) throw unusable('it holds two keys with one id')
  return { newest, oldest, keys }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Written beside, synced, then linked into place: whoever looks sees no file or a whole one, and never two. */
async function createKeyFile(file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const id = `k-${randomBytes(6).toString('hex')}`
  const keys = [{ id, key: randomBytes(KEY_BYTES).toString('base64') }]
  const handle = await openFile(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ keys }, null, 2)}\n`)
    await handle.sync()
    await link(draft, file)
    await syncFolder(folder)
  } catch (error) {
    // Another process made it at the same moment: theirs counts.
    if (!(await exists(file))) throw error
  } finally {
    await handle.close()
    await rm(draft, { force: true })
  }
}

/** Makes the new name survive a power cut. Windows cannot open a folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await openFile(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const exists = (file: string) => stat(file).then(Boolean, () => false)
