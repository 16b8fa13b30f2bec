import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import MailComposer from 'nodemailer/lib/mail-composer'
import { parseMail } from '../../src/connectors/email/parse-mail.ts'
import { openHttp, type World } from '../../src/connectors/suite.ts'
import { createDial } from '../../src/platform/guarded-dial.ts'
import type { Dial } from '../../src/platform/http.ts'
import { startDovecot } from './dovecot.ts'
import { openGate } from './gate.ts'
import { startSmtp } from './smtp.ts'

export const SHOP = 'shop@shop.example'
export const ANA = 'ana@customers.example'
const PASSWORD = 'correct horse'

export type Letter = {
  text: string
  from?: string
  subject?: string
  inReplyTo?: string
  references?: string[]
  headers?: Record<string, string>
  html?: string
  picture?: { alt: string }
  files?: { name: string; mime: string; content: string }[]
}

export type MailTown = Awaited<ReturnType<typeof openMailTown>>

/**
 * A mailbox on a real Dovecot with a real SMTP server beside it: what the shop sends arrives in the
 * mailbox of whom it is for. `files`: the provider keeps a copy of what it takes, as many do.
 */
export async function openMailTown({ files = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-mail-'))
  const dovecot = await startDovecot(folder)
  let password = PASSWORD
  await dovecot.setPassword(SHOP, password)
  const state = { files }
  const smtp = await startSmtp({
    user: SHOP,
    password: () => password,
    async take({ to, mail }) {
      for (const address of to) await dovecot.deliver(address, mail)
      if (state.files) await dovecot.deliver(SHOP, mail, '.Sent')
    },
  })
  const tlsSmtp = await startSmtp({
    user: SHOP,
    password: () => password,
    take: ({ to, mail }) => dovecot.deliver(to[0] ?? '', mail),
    tls: { key: await readFile(join(folder, 'key.pem'), 'utf8'), cert: dovecot.certificate },
  })
  const [imapGate, smtpGate] = [await openGate(dovecot.port), await openGate(smtp.port)]
  const fields = {
    imap: `imap://127.0.0.1:${imapGate.port}`,
    smtp: `smtp://127.0.0.1:${smtpGate.port}`,
    user: SHOP,
    password: PASSWORD,
    name: 'Blue Cup Shop',
  }
  const receive = async (letter: Letter) => {
    const { id, bytes } = await write(letter)
    await dovecot.deliver(SHOP, bytes)
    return id
  }
  return {
    dovecot,
    smtp,
    tlsSmtp,
    gates: { imap: imapGate, smtp: smtpGate },
    fields,
    state,
    /** A customer's mail arrives; answers its Message-ID without brackets. */
    receive,
    /** Bytes as they are, into the shop's INBOX. */
    receiveBytes: (bytes: string | Uint8Array) => dovecot.deliver(SHOP, bytes),
    /** What the customer has got, taken apart. */
    arrived: async (user = ANA) => Promise.all((await dovecot.mails(user)).map(parseMail)),
    async changePassword(next: string | null) {
      password = next ?? PASSWORD
      await dovecot.setPassword(SHOP, password)
    },
    async close() {
      await Promise.all([imapGate.close(), smtpGate.close(), smtp.close(), tlsSmtp.close()])
      await dovecot.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function write(letter: Letter): Promise<{ id: string; bytes: Buffer }> {
  const id = `${randomUUID()}@customers.example`
  const bytes = await new MailComposer({
    from: letter.from ?? `Ana Pop <${ANA}>`,
    to: SHOP,
    messageId: `<${id}>`,
    subject: letter.subject ?? 'A question',
    text: letter.text,
    ...(letter.html === undefined ? {} : { html: letter.html }),
    ...(letter.inReplyTo === undefined ? {} : { inReplyTo: `<${letter.inReplyTo}>` }),
    ...(letter.references ? { references: letter.references.map((one) => `<${one}>`) } : {}),
    ...(letter.headers ? { headers: letter.headers } : {}),
    attachments: [
      ...(letter.picture
        ? [
            {
              filename: 'mug.png',
              contentType: 'image/png',
              content: PIXEL,
              headers: { 'Content-Description': letter.picture.alt },
            },
          ]
        : []),
      ...(letter.files ?? []).map(({ name, mime, content }) => ({
        filename: name,
        contentType: mime,
        content: Buffer.from(content),
      })),
    ],
  })
    .compile()
    .build()
  return { id, bytes }
}

export const openDial: Dial = createDial({ allowPrivate: () => true })

/** The town as a world for the connector suite. */
export async function mailWorld(town: MailTown): Promise<World> {
  const http = openHttp()
  const { fields } = town
  const server = (text: string) => ({
    host: '127.0.0.1',
    port: Number(text.split(':').at(-1)),
    security: 'none' as const,
  })
  const both = (mode: 'pass' | 'down' | 'garbage') => {
    town.gates.imap.set(mode)
    town.gates.smtp.set(mode)
  }
  const letter = (text: string, alt: string | undefined) => ({
    text,
    ...(alt === undefined ? {} : { picture: { alt } }),
  })
  return {
    http,
    dial: openDial,
    visibility: 'private',
    burst: 60,
    patience: 15_000,
    connection: async () => ({
      service: fields.imap,
      credential: {
        imap: server(fields.imap),
        smtp: server(fields.smtp),
        user: SHOP,
        password: fields.password,
        from: { address: SHOP, name: fields.name },
      },
    }),
    fields: { right: fields, wrong: { ...fields, password: 'wrong' } },
    customerMentions: async (text, options) => ({
      remoteId: await town.receive(letter(text, options?.imageAlt)),
    }),
    customerReplies: async ({ remoteId }, text, options) => ({
      remoteId: await town.receive({
        ...letter(text, options?.imageAlt),
        inReplyTo: remoteId,
        references: [remoteId],
      }),
    }),
    customerWritesPrivately: async (text) => ({ remoteId: await town.receive({ text }) }),
    accountPosts: async (text) => {
      const { id, bytes } = await write({ text, from: SHOP })
      await town.dovecot.deliver(ANA, bytes)
      await town.dovecot.deliver(SHOP, bytes, '.Sent')
      return { remoteId: id }
    },
    postsOfAccount: async () =>
      (await town.arrived()).map((mail) => ({
        remoteId: mail.messageId?.replace(/^<|>$/g, '') ?? '',
        text: mail.text ?? '',
        parentId: mail.inReplyTo?.replace(/^<|>$/g, '') ?? null,
        visibility: 'private' as const,
        contentWarning: null,
        imageAlts: mail.attachments.map(({ description }) => description ?? ''),
      })),
    faults: {
      'expired-token': () => town.changePassword('changed'),
      outage: async () => both('down'),
      garbage: async () => both('garbage'),
      'lost-answer': async () => town.smtp.setFault({ at: 'answer' }),
    },
    heal: async () => {
      both('pass')
      town.smtp.setFault(null)
      await town.changePassword(null)
    },
    stop: async () => {
      await http.close()
      await town.close()
    },
  }
}

export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
