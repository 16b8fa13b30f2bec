import { z } from 'zod'
import { draw } from '../faults/engine.ts'
import type { Network } from '../network.ts'
import { followShop, react } from '../notify.ts'
import type { PhotoName } from '../pictures.ts'
import { deleteStatus, editStatus, mediaIdsOf, postStatus } from '../post.ts'
import { scenarios } from '../scenarios/index.ts'
import type { Answer, Language, Turn, Words } from '../scenarios/types.ts'
import { getShop } from '../store/accounts.ts'
import { insertMedia } from '../store/media.ts'
import { getStatus, type Status } from '../store/statuses.ts'
import { castPerson } from './people.ts'
import {
  endScript,
  findScriptOfThread,
  getScript,
  insertScript,
  moveScript,
  Path,
  type Script,
  turnAt,
} from './scripts.ts'

/** Lets the scripted customers hear the shop and act on time. Photos are drawn beforehand, so
 * that every step is one transaction. */
export function wakeCustomers(net: Network, photos: Map<PhotoName, Buffer>): void {
  const stage: Stage = { net, photos }
  net.due.on('turn', (body) => {
    const { script, path, replyTo } = TurnDue.parse(body)
    const known = getScript(net.db, script)
    if (known && !known.done) speak(stage, known, { path, replyTo })
  })
  net.due.on('silent', (body) => {
    const { script, path } = TurnDue.parse(body)
    const known = getScript(net.db, script)
    // Answered meanwhile: the script has moved on.
    if (!known || known.done || JSON.stringify(known.path) !== JSON.stringify(path)) return
    speak(stage, known, { path: [...path, 'silent'], replyTo: known.status_id })
  })
  net.due.on('edit', (body) => change(net, body))
  net.due.on('remove', (body) => {
    const status = getStatus(net.db, StatusDue.parse(body).status)
    if (status) deleteStatus(net, status)
  })
  net.due.on('thanks', (body) => thank(net, ThanksDue.parse(body)))
  net.posted.add((status) => {
    if (status.account_id === getShop(net.db).id) hear(net, status)
  })
}

/** Starts a story; answers the ids of its scripts, or undefined for an unknown name. */
export function startScenario(net: Network, wish: Wish): string[] | undefined {
  const scenario = scenarios.find((each) => each.name === wish.name)
  if (!scenario) return undefined
  return scenario.voices.map((voice, n) => {
    const mixed: Language = n % 2 === 0 ? 'en' : 'ro'
    const language = wish.language === 'mixed' ? mixed : wish.language
    const script: Script = {
      id: net.nextId(),
      scenario: scenario.name,
      voice: n,
      language,
      seed: wish.seed,
      pace: wish.pace,
      account_id: castPerson(net, { language, seed: wish.seed, voice: n }).id,
      path: [],
      status_id: null,
      done: 0,
    }
    insertScript(net.db, script)
    net.due.later('turn', delay(script, voice.after), {
      script: script.id,
      path: [],
      replyTo: null,
    })
    return script.id
  })
}

function speak(stage: Stage, script: Script, at: { path: Path; replyTo: string | null }): void {
  const { net } = stage
  const turn = turnOf(script, at.path)
  if (!turn) {
    endScript(net.db, script.id)
    return
  }
  const parent = at.replyTo === null ? undefined : getStatus(net.db, at.replyTo)
  const status = postStatus(net, {
    accountId: script.account_id,
    text: `@${getShop(net.db).username} ${choose(turn.text, script, at.path.length)}`,
    spoiler: turn.spoiler ? choose(turn.spoiler, script, at.path.length) : '',
    // A conversation that went private stays so.
    visibility: parent?.visibility === 'direct' ? 'direct' : (turn.visibility ?? 'public'),
    language: script.language,
    sensitive: false,
    inReplyToId: parent?.id ?? null,
    mediaIds: turn.photo ? [takePhoto(stage, script, turn.photo)] : [],
    idempotencyKey: null,
    application: null,
  })
  moveScript(net.db, script.id, { path: at.path, statusId: status.id })
  planNext(net, script, { turn, path: at.path, status })
}

function planNext(net: Network, script: Script, now: { turn: Turn; path: Path; status: Status }) {
  const { turn, path, status } = now
  if (turn.ifSilent) {
    const wait = delay(script, turn.ifSilent.after)
    net.due.later('silent', wait, { script: script.id, path, replyTo: null })
  }
  if (turn.edit) {
    const text = `@${getShop(net.db).username} ${choose(turn.edit.text, script, path.length)}`
    net.due.later('edit', delay(script, turn.edit.after), { status: status.id, text })
  }
  if (turn.remove) {
    net.due.later('remove', delay(script, turn.remove.after), { status: status.id })
  }
  if (!turn.ifSilent && !turn.whenAnswered) endScript(net.db, script.id)
}

/** The shop has answered somebody: the customer it speaks to takes the next step. */
function hear(net: Network, answer: Status): void {
  const script = findScriptOfThread(net.db, answer.thread_id, answer.in_reply_to_account_id)
  if (!script) return
  const answers = turnOf(script, script.path)?.whenAnswered ?? []
  const index = answers.findIndex((each) => fits(each, script.language, answer.text))
  const taken = answers[index]
  if (!taken) {
    endScript(net.db, script.id)
    return
  }
  const path = [...script.path, index]
  moveScript(net.db, script.id, { path })
  const wait = delay(script, taken.after)
  if (taken.favourite || taken.follow) {
    const { favourite = false, follow = false } = taken
    const body = { person: script.account_id, status: answer.id, favourite, follow }
    net.due.later('thanks', wait * 0.7, body)
  }
  if (taken.turn) net.due.later('turn', wait, { script: script.id, path, replyTo: answer.id })
  else endScript(net.db, script.id)
}

function fits(answer: Answer, language: Language, text: string): boolean {
  const words = text.toLowerCase()
  if (answer.ifAsks) return words.includes('?')
  return answer.ifSays?.[language].some((word) => words.includes(word)) ?? true
}

function change(net: Network, body: unknown): void {
  const { status: id, text } = EditDue.parse(body)
  const status = getStatus(net.db, id)
  if (!status) return
  editStatus(net, status, {
    text,
    spoiler: status.spoiler,
    sensitive: status.sensitive === 1,
    language: status.language,
    mediaIds: mediaIdsOf(net, id),
  })
}

function thank(net: Network, thanks: z.infer<typeof ThanksDue>): void {
  const status = getStatus(net.db, thanks.status)
  if (status && thanks.favourite) react(net, status, thanks.person, { kind: 'favourite', on: true })
  if (thanks.follow) followShop(net, thanks.person)
}

function takePhoto(stage: Stage, script: Script, photo: NonNullable<Turn['photo']>): string {
  const { net } = stage
  const id = net.nextId()
  const data = stage.photos.get(photo.name) ?? Buffer.alloc(0)
  insertMedia(
    net.db,
    {
      id,
      account_id: script.account_id,
      status_id: null,
      type: 'image',
      mime: 'image/png',
      description: photo.description[script.language],
      width: 480,
      height: 360,
      focus_x: 0,
      focus_y: 0,
      ready_at: net.now(),
    },
    { data, small: data },
  )
  return id
}

function turnOf(script: Script, path: Path): Turn | undefined {
  const scenario = scenarios.find((each) => each.name === script.scenario)
  return scenario && turnAt(scenario, script.voice, path)
}

function choose(words: Words, script: Script, depth: number): string {
  const list = words[script.language]
  return list[Math.floor(draw(script.seed, script.voice * 31 + depth) * list.length)] ?? ''
}

/** Milliseconds of a story's seconds: at pace 2 everything happens twice as fast. */
function delay(script: Script, seconds: number): number {
  return (seconds * 1000) / script.pace
}

const TurnDue = z.object({ script: z.string(), path: Path, replyTo: z.string().nullable() })
const StatusDue = z.object({ status: z.string() })
const EditDue = z.object({ status: z.string(), text: z.string() })
const ThanksDue = z.object({
  person: z.string(),
  status: z.string(),
  favourite: z.boolean(),
  follow: z.boolean(),
})

type Stage = { net: Network; photos: Map<PhotoName, Buffer> }
export type Wish = { name: string; language: Language | 'mixed'; seed: number; pace: number }
