import { z } from 'zod'
import { type ChannelId, OutgoingMailId, WorkspaceId } from '../../../contract/ids.ts'
import {
  type Connector,
  ConnectorError,
  type Failure,
  type OutgoingMail,
  type Session,
} from '../../connectors/contract.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { messageOf } from '../../platform/errors.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import { type ChannelDeps, findChannel, openSession } from '../channels/index.ts'
import { afterMail, doubtWords, type MailStep } from './next-step.ts'
import { changeMail, findSender, lockMail, type StoredMail, waitingMails } from './store.ts'

/** Renewed while an attempt goes on: after a kill the mail is taken up again within this time. */
const LEASE_MS = 30_000
const LOOK_AGAIN_MS = 20_000
const FLUSHED_AT_ONCE = 500

const SendMail = z.object({ workspaceId: WorkspaceId, mailId: OutgoingMailId })
type SendMail = z.infer<typeof SendMail>

/** The name and payload of the job, apart from its work, so that enqueueing knows no channels. */
export const sendMailTask = { name: 'mail.send', payload: SendMail }
const flushTask = { name: 'mail.flush', payload: z.object({ workspaceId: WorkspaceId }) }

/** Sends one mail, or sees that an earlier attempt did. Idempotent: what is settled stays. */
export const sendQueuedMail = defineJob({
  ...sendMailTask,
  async run(deps: ChannelDeps, payload: SendMail) {
    const begun = await inWorkspace(deps.database.db, payload.workspaceId, (tx) =>
      begin(tx, deps, payload),
    )
    if (!begun) return
    const step = await keepLease(deps, payload, () =>
      attempt(deps, payload.workspaceId, begun).catch(
        (error: unknown): MailStep => afterMail(failureOf(error), standingOf(begun, deps)),
      ),
    )
    await inWorkspace(deps.database.db, payload.workspaceId, (tx) => finish(tx, payload, step))
  },
})

/** Takes up what waited for an e-mail channel; asks again later while there is none. */
export const flushMails = defineJob({
  ...flushTask,
  async run(deps: ChannelDeps, { workspaceId }: { workspaceId: WorkspaceId }) {
    await inWorkspace(deps.database.db, workspaceId, async (tx) => {
      const ids = await waitingMails(tx, workspaceId, FLUSHED_AT_ONCE)
      if (ids.length === 0) return
      const sender = await findSender(tx, workspaceId, mailNetworks(deps))
      if (sender)
        for (const mailId of ids)
          await enqueue(tx, sendMailTask, { workspaceId, mailId }, { key: `mail:${mailId}` })
      if (!sender || ids.length === FLUSHED_AT_ONCE) await flushLater(tx, deps, workspaceId)
    })
  },
})

type Begun = { mail: StoredMail; channelId: ChannelId; inDoubt: boolean }

/** Writes down that it is about to be sent; undefined: nothing is to be done now. */
async function begin(
  tx: Tx,
  deps: ChannelDeps,
  { workspaceId, mailId }: SendMail,
): Promise<Begun | undefined> {
  const place = { workspaceId, id: mailId }
  const mail = await lockMail(tx, place)
  if (!mail || (mail.state !== 'waiting' && mail.state !== 'sending')) return undefined
  const now = deps.clock()
  if (mail.state === 'sending' && mail.lease_until && mail.lease_until > now) {
    // Another worker is at it, or died a moment ago.
    await enqueue(tx, sendMailTask, { workspaceId, mailId }, { runAt: mail.lease_until })
    return undefined
  }
  const channelId = await findSender(tx, workspaceId, mailNetworks(deps))
  if (!channelId) {
    const problem = 'No e-mail account is connected. Connect one and this mail goes out.'
    // One that was being sent when its worker died keeps its doubt.
    if (mail.state === 'waiting') await changeMail(tx, place, { problem, channel_id: null })
    else
      await enqueue(tx, sendMailTask, { workspaceId, mailId }, { runAt: later(now, LOOK_AGAIN_MS) })
    await flushLater(tx, deps, workspaceId)
    return undefined
  }
  const inDoubt = mail.state === 'sending'
  await changeMail(tx, place, {
    state: 'sending',
    lease_until: later(now, LEASE_MS),
    attempts: mail.attempts + 1,
    channel_id: channelId,
  })
  return { mail: { ...mail, attempts: mail.attempts + 1 }, channelId, inDoubt }
}

/** Nobody else takes the mail up while `work` goes on. */
async function keepLease<Result>(
  deps: ChannelDeps,
  { workspaceId, mailId }: SendMail,
  work: () => Promise<Result>,
): Promise<Result> {
  const place = { workspaceId, id: mailId }
  let renewed = Promise.resolve()
  const renew = () =>
    inWorkspace(deps.database.db, workspaceId, (tx) =>
      changeMail(tx, place, { lease_until: later(deps.clock(), LEASE_MS) }),
    ).catch((err: unknown) => deps.log.warn({ err }, 'the lease of a mail could not be renewed'))
  const renewal = setInterval(() => {
    renewed = renew()
  }, LEASE_MS / 3)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await renewed
  }
}

/**
 * Sends; when an earlier attempt may have succeeded, looks first. What is not found is sent again once,
 * with the same Message-ID, by which most receivers show the two as one: a second invitation is less
 * than none. After a second doubt it is left to a person.
 */
async function attempt(
  deps: ChannelDeps,
  workspaceId: WorkspaceId,
  { mail, channelId, inDoubt }: Begun,
): Promise<MailStep> {
  const channel = await inWorkspace(deps.database.db, workspaceId, (tx) =>
    findChannel(tx, workspaceId, channelId),
  )
  if (!channel) throw new Error(`channel ${channelId} is missing`)
  const { connector, session } = await openSession(deps, channel, 'mail').catch(
    (error: unknown) => {
      const detail = messageOf(error)
      throw new ConnectorError({ kind: 'unavailable', detail }, { cause: error })
    },
  )
  const { sendMail } = connector
  if (!sendMail) throw new Error(`${connector.network} cannot send mail`)
  if (inDoubt) {
    const found = await look(connector, session, mail)
    if (found) return { do: 'sent', sent: found }
    if (mail.repeats > 0) return { do: 'unknown', problem: doubtWords }
    // Written down before it is done: a repeat that a killed worker made is a repeat.
    const place = { workspaceId, id: OutgoingMailId.parse(mail.id) }
    await inWorkspace(deps.database.db, workspaceId, (tx) => changeMail(tx, place, { repeats: 1 }))
  }
  const sent = await sendMail(session, outgoing(mail))
  return { do: 'sent', sent }
}

async function look(connector: Connector, session: Session, mail: StoredMail) {
  const found = await connector.findMail?.(session, { key: mail.send_key })
  return found?.matches[0]
}

async function finish(tx: Tx, { workspaceId, mailId }: SendMail, step: MailStep): Promise<void> {
  const place = { workspaceId, id: mailId }
  const mail = await lockMail(tx, place)
  if (mail?.state !== 'sending') return
  const again = (runAt: Date) => enqueue(tx, sendMailTask, { workspaceId, mailId }, { runAt })
  switch (step.do) {
    case 'sent':
      return changeMail(tx, place, {
        state: 'sent',
        problem: null,
        lease_until: null,
        remote_id: step.sent.remoteId,
        sent_at: step.sent.at,
        text: '',
        html: null,
      })
    case 'wait':
      // In doubt it stays `sending`, which is what makes the next attempt look first.
      await changeMail(tx, place, {
        state: step.inDoubt ? 'sending' : 'waiting',
        lease_until: null,
        repeats: step.repeats,
        problem: step.problem,
      })
      return again(step.at)
    case 'fail':
      return changeMail(tx, place, { state: 'failed', lease_until: null, problem: step.problem })
    case 'unknown':
      return changeMail(tx, place, { state: 'unknown', lease_until: null, problem: step.problem })
  }
}

function outgoing(mail: StoredMail): OutgoingMail {
  return {
    key: mail.send_key,
    to: mail.to_address,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    automatic: mail.automatic,
    unsubscribe: mail.unsubscribe,
    createdAt: mail.created_at,
  }
}

function standingOf({ mail, inDoubt }: Begun, deps: ChannelDeps) {
  const { attempts, repeats, created_at: createdAt } = mail
  return { attempts, repeats, inDoubt, createdAt, now: deps.clock() }
}

function failureOf(error: unknown): Failure {
  return error instanceof ConnectorError
    ? error.failure
    : { kind: 'unknown-outcome', detail: messageOf(error) }
}

/** Networks whose accounts can send mail. */
export function mailNetworks({ connectors }: Pick<ChannelDeps, 'connectors'>): string[] {
  return [...connectors.values()].filter((one) => one.sendMail).map((one) => one.network)
}

async function flushLater(tx: Tx, deps: ChannelDeps, workspaceId: WorkspaceId): Promise<void> {
  const runAt = later(deps.clock(), LOOK_AGAIN_MS)
  await enqueue(tx, flushTask, { workspaceId }, { key: `mail-flush:${workspaceId}`, runAt })
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}
