import { z } from 'zod'
import {
  type Ability,
  type Account,
  type Connection,
  ConnectorError,
  type Session,
} from '../contract.ts'

/** A form on a website needs no key to anything: what is kept is only what it is called and where it is. */
export const WebsiteCredential = z.object({ name: z.string(), address: z.url() })
export type WebsiteCredential = z.infer<typeof WebsiteCredential>

export const connectFields = [
  { name: 'name', secret: false, example: 'The Corner Shop' },
  { name: 'address', secret: false, example: 'https://shop.example' },
] as const

const longestName = 100

/** Makes a form for the website at `address`. Nothing is asked of that website. Throws `rejected`. */
export async function connect(fields: Record<string, string>): Promise<Connection> {
  const name = (fields.name ?? '').normalize('NFC').replace(/\s+/gu, ' ').trim()
  if (name === '' || name.length > longestName)
    throw refused(`name: has to have 1 to ${longestName} characters, for example The Corner Shop`)
  const service = originOf((fields.address ?? '').trim())
  return { service, credential: { name, address: service } satisfies WebsiteCredential }
}

const can: Ability = { can: true }
const cannot = (why: string): Ability => ({ can: false, why })

/** The form as an account: its name, its website, and what such a form can do. */
export async function verify({ credential, now }: Session<WebsiteCredential>): Promise<Account> {
  return accountOf(credential, now())
}

export function accountOf({ name, address }: WebsiteCredential, now: Date): Account {
  const nothingPublic = cannot('What visitors write by the form is private, and so is the answer.')
  const sentForGood = cannot('What a visitor has sent cannot be changed or taken back on the page.')
  const wordsOnly = cannot('The visitor’s page shows words only.')
  return {
    remoteId: address,
    handle: new URL(address).host,
    displayName: name,
    avatarUrl: null,
    profileUrl: address,
    limits: {
      public: { ...limit, text: [] },
      private: limit,
      media: { max: 0, imageBytes: 1, imageTypes: [], altText: null },
      readAt: now.toISOString(),
    },
    abilities: {
      'receive-public': nothingPublic,
      'receive-private': can,
      'reply-public': nothingPublic,
      'reply-private': can,
      media: wordsOnly,
      'alt-text': wordsOnly,
      'content-warning': wordsOnly,
      'follow-edits': sentForGood,
      'follow-deletions': sentForGood,
      stream: can,
    },
  }
}

/** Ours, not a network's: what a page can show at once and a person will read. */
const limit = {
  text: [{ max: 10_000, unit: 'graphemes' as const }],
  urlLength: null,
  mentionsWithoutServer: false,
  countsContentWarning: false,
}

function originOf(address: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(address) ? address : `https://${address}`)
  const known = url && /^https?:$/.test(url.protocol) && url.username === '' && url.hostname !== ''
  if (!known)
    throw refused('address: has to be the address of a website, for example https://shop.example')
  return url.origin
}

function refused(reason: string): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason })
}
