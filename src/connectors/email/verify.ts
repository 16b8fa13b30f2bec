import type { Limits } from '../../../contract/limits.ts'
import type { Ability, Account } from '../contract.ts'
import type { EmailSession } from './credential.ts'
import { withImap } from './imap.ts'
import { withSmtp } from './smtp.ts'

const can: Ability = { can: true }
const cannot = (code: string, why: string): Ability => ({
  can: false,
  why,
  code: `email.${code}`,
})

/** Common among receivers (FACTS A1): larger mails bounce somewhere on the way. */
const USUAL_BYTES = 25 * 1024 * 1024
/** Gmail cuts what it shows at some 102 kB; a reply of 100,000 characters is a mistake anyway. */
const MOST_CHARACTERS = 100_000
const MOST_FILES = 10

/** Signs in to both servers and tells what a mailbox can do. Throws ConnectorError. */
export async function verify(session: EmailSession): Promise<Account> {
  const { from, user } = session.credential
  const idles = await withImap(session, async (client) => {
    await client.mailboxOpen('INBOX', { readOnly: true })
    return client.capabilities.has('IDLE')
  })
  const mostBytes = await withSmtp(session, async (signed) => signed.mostBytes)
  const nothingPublic = 'E-mail is between two sides: there is nothing public about it.'
  return {
    remoteId: from.address,
    handle: from.address,
    displayName: from.name || user,
    avatarUrl: null,
    profileUrl: `mailto:${from.address}`,
    limits: limitsOf(mostBytes, session.now()),
    abilities: {
      'receive-public': cannot('nothing-public', nothingPublic),
      'receive-private': can,
      'reply-public': cannot('nothing-public', nothingPublic),
      'reply-private': can,
      media: can,
      'alt-text': can,
      'content-warning': cannot('no-warnings', 'E-mail has no content warnings.'),
      'follow-edits': cannot('no-edits', 'An e-mail that was sent cannot be changed.'),
      'follow-deletions': cannot('no-deletions', 'An e-mail that was sent cannot be taken back.'),
      stream: idles
        ? can
        : cannot(
            'no-idle',
            'This server does not tell of new mail (IDLE); it is asked for it instead.',
          ),
    },
  }
}

/** Limits of a mailbox whose outgoing server takes `mostBytes` a mail; null: it does not say. */
export function limitsOf(mostBytes: number | null, now: Date): Limits {
  const mail = Math.min(mostBytes ?? USUAL_BYTES, USUAL_BYTES)
  const text = {
    text: [{ max: MOST_CHARACTERS, unit: 'utf16-units' as const }],
    urlLength: null,
    mentionsWithoutServer: false,
    countsContentWarning: false,
  }
  return {
    public: text,
    private: text,
    media: {
      max: MOST_FILES,
      // Base64 takes a third more, and all of them go into one mail.
      imageBytes: Math.max(Math.floor((mail * 0.7) / MOST_FILES), 1),
      imageTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
      altText: 900,
    },
    readAt: now.toISOString(),
  }
}
