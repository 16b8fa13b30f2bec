import { createSecretKey, randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  constantTimeEqual,
  deriveKey,
  hashToken,
  type Keyring,
  KeyringError,
  loadKeyring,
  open,
  randomToken,
  rewrap,
  type Sealed,
  seal,
  UnsealError,
} from './crypto.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

function ring(...ids: [string, ...string[]]): Keyring {
  const roots = ids.map((id) => ({ id, key: createSecretKey(randomBytes(32)) }))
  return ringOf(roots)
}

function ringOf(roots: Keyring['newest'][]): Keyring {
  const [newest] = roots
  const oldest = roots.at(-1)
  if (newest === undefined || oldest === undefined) throw new Error('no keys')
  return { newest, oldest, keys: new Map(roots.map(({ id, key }) => [id, key])) }
}

const bytes = fc.uint8Array({ maxLength: 300 })
const words = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.isWellFormed())

describe('seal and open', () => {
  const keyring = ring('one')

  it('gives back what was sealed, bytes or text', () => {
    fc.assert(
      fc.property(bytes, words, (plaintext, aad) => {
        const opened = open(keyring, seal(keyring, plaintext, aad), aad)
        expect(opened.equals(plaintext)).toBe(true)
      }),
    )
    expect(open(keyring, seal(keyring, 'şifre', 'a'), 'a').toString()).toBe('şifre')
  })

  it('never makes the same sealed secret twice', () => {
    const [first, second] = [seal(keyring, 'x', 'a'), seal(keyring, 'x', 'a')]
    expect(first.ciphertext).not.toEqual(second.ciphertext)
    expect(first.wrappedKey).not.toEqual(second.wrappedKey)
  })

  it('refuses another place', () => {
    fc.assert(
      fc.property(bytes, words, words, (plaintext, aad, other) => {
        fc.pre(aad !== other)
        expect(() => open(keyring, seal(keyring, plaintext, aad), other)).toThrow(UnsealError)
      }),
    )
  })

  it('refuses another key under the same id, and names a key that is missing', () => {
    const sealed = seal(keyring, 'x', 'a')
    expect(() => open(ring('one'), sealed, 'a')).toThrow(UnsealError)
    expect(() => open(ring('two'), sealed, 'a')).toThrow('lacks the key one')
  })

  it('refuses any flipped bit and any cut', () => {
    const part = fc.constantFrom('wrappedKey', 'nonce', 'ciphertext')
    fc.assert(
      fc.property(
        bytes,
        part,
        fc.nat(),
        fc.nat(7),
        fc.boolean(),
        (plaintext, name, at, bit, cut) => {
          const sealed = seal(keyring, plaintext, 'a')
          const altered = Buffer.from(sealed[name])
          const index = at % altered.length
          altered.writeUInt8(altered.readUInt8(index) ^ (1 << bit), index)
          const broken = { ...sealed, [name]: cut ? sealed[name].subarray(0, index) : altered }
          expect(() => open(keyring, broken, 'a')).toThrow(UnsealError)
        },
      ),
    )
  })

  it('refuses parts of two secrets put together', () => {
    const [first, second] = [seal(keyring, 'x', 'a'), seal(keyring, 'y', 'a')]
    const mixed: Sealed = { ...first, wrappedKey: second.wrappedKey }
    expect(() => open(keyring, mixed, 'a')).toThrow(UnsealError)
  })
})

describe('rotation', () => {
  const old = ring('old')
  const both = ringOf([ring('new').newest, old.newest])
  const onlyNew = ringOf([both.newest])

  it('opens what older keys sealed and seals with the newest', () => {
    expect(open(both, seal(old, 'x', 'a'), 'a').toString()).toBe('x')
    expect(seal(both, 'x', 'a').keyId).toBe('new')
  })

  it('rewraps so that the old key can go, without touching the ciphertext', () => {
    const sealed = seal(old, 'x', 'a')
    const rewrapped = rewrap(both, sealed, 'a')
    expect(rewrapped.ciphertext).toBe(sealed.ciphertext)
    expect(open(onlyNew, rewrapped, 'a').toString()).toBe('x')
    expect(() => open(onlyNew, sealed, 'a')).toThrow(UnsealError)
  })

  it('does not rewrap what no longer opens', () => {
    const broken = { ...seal(old, 'x', 'a'), ciphertext: randomBytes(40) }
    expect(() => rewrap(both, broken, 'a')).toThrow(UnsealError)
    expect(() => rewrap(both, seal(old, 'x', 'a'), 'b')).toThrow(UnsealError)
  })

  it('derives the same secret after a key was added, another for another purpose', () => {
    expect(deriveKey(both, 'cookies')).toEqual(deriveKey(old, 'cookies'))
    expect(deriveKey(both, 'cookies')).toHaveLength(32)
    expect(deriveKey(both, 'links')).not.toEqual(deriveKey(both, 'cookies'))
    expect(deriveKey(onlyNew, 'cookies')).not.toEqual(deriveKey(old, 'cookies'))
  })
})

describe('loadKeyring', () => {
  it('makes a private file once, even when many processes start together', async () => {
    const file = join(folder, 'deep', 'er', 'keys.json')
    const rings = await Promise.all(Array.from({ length: 8 }, () => loadKeyring(file)))
    expect(new Set(rings.map(({ newest }) => newest.id)).size).toBe(1)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['keys.json'])
    const sealed = seal(await loadKeyring(file), 'x', 'a')
    expect(open(await loadKeyring(file), sealed, 'a').toString()).toBe('x')
  })

  it('reads several keys, newest first', async () => {
    const file = join(folder, 'several.json')
    const key = () => randomBytes(32).toString('base64')
    const keys = [
      { id: 'b', key: key() },
      { id: 'a', key: key() },
    ]
    writeFileSync(file, JSON.stringify({ keys }), { mode: 0o600 })
    const { newest, oldest } = await loadKeyring(file)
    expect([newest.id, oldest.id]).toEqual(['b', 'a'])
  })

  it.each([0o640, 0o604, 0o660, 0o644])('refuses mode %o and says how to mend it', async (mode) => {
    const file = join(folder, `open-${mode}.json`)
    await loadKeyring(file)
    chmodSync(file, mode)
    await expect(loadKeyring(file)).rejects.toThrow(`chmod 600 ${file}`)
  })

  it('refuses a file it cannot use, without quoting it and without replacing it', async () => {
    const short = randomBytes(31).toString('base64')
    const good = { id: 'a', key: randomBytes(32).toString('base64') }
    const texts = [
      '',
      '{',
      'null',
      '{"keys":[]}',
      `{"keys":[{"id":"a","key":"${short}"}]}`,
      JSON.stringify({ keys: [good, good] }),
      JSON.stringify({ keys: [{ ...good, id: 'a b' }] }),
      `{"keys":[{"id":"a","key":"${short}`,
    ]
    for (const text of texts) {
      const file = join(folder, 'broken.json')
      writeFileSync(file, text, { mode: 0o600 })
      const error: unknown = await loadKeyring(file).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(KeyringError)
      expect(inspect(error)).not.toContain(short)
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
    await expect(loadKeyring(folder)).rejects.toThrow(KeyringError)
  })

  it('prints and serialises a keyring without its keys', async () => {
    const file = join(folder, 'printed.json')
    const keyring = await loadKeyring(file)
    const [, secret = ''] = /"key": "([^"]+)"/.exec(readFileSync(file, 'utf8')) ?? []
    const forms = [secret, Buffer.from(secret, 'base64').toString('hex')]
    expect(secret).toHaveLength(44)
    for (const printed of [inspect(keyring, { depth: 9 }), JSON.stringify(keyring)]) {
      for (const form of forms) expect(printed).not.toContain(form)
    }
  })
})

describe('tokens', () => {
  it('hashes by SHA-256', () => {
    expect(hashToken('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('makes tokens that carry their prefix, never repeat, and are never short', () => {
    const tokens = Array.from({ length: 200 }, () => randomToken('pk'))
    expect(new Set(tokens).size).toBe(200)
    for (const token of tokens) expect(token).toMatch(/^pk_[\w-]{43}$/)
    expect(() => randomToken('pk', 8)).toThrow(RangeError)
  })

  it('compares as === does', () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        expect(constantTimeEqual(left, right)).toBe(left === right)
        expect(constantTimeEqual(left, left)).toBe(true)
      }),
    )
  })
})
