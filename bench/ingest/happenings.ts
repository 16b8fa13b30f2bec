import type { Json, NetworkEvent, RawEvent } from '../../src/connectors/contract.ts'
import { chance } from '../harness.ts'

/** What the made-up customers do, before it is put into a network's words. */
export type Happening =
  | { kind: 'said'; post: Post }
  | { kind: 'edited'; post: Post; version: number }
  | { kind: 'deleted'; id: string; at: Date }

export type Post = {
  id: string
  author: number
  words: string
  /** As networks render it; null: the network sends plain text. */
  html: string | null
  parent: string | null
  root: string | null
  at: Date
  editedAt: Date | null
}

const words =
  'comanda mea nu a venit încă și aștept de trei zile vă rog să îmi spuneți când ajunge coletul mulțumesc frumos the parcel is late again please tell me where my order went since nobody answers at the phone number printed on the box thank you for the quick help yesterday'.split(
    ' ',
  )

/**
 * A day at a busy desk, oldest first: six in ten messages are by people never seen before, most others
 * go on in threads that are there; 3 in 100 are edits, 2 in 100 deletions, 5 in 100 events come twice.
 */
export function createCustomers(seed: number, prefix: string): (count: number) => Happening[] {
  const next = chance(seed)
  const posts: Post[] = []
  const newestOf = new Map<number, Post>()
  const recent: Happening[] = []
  let people = 0
  let minute = 0

  const pick = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(next() * items.length)]
  const lately = () => pick(posts.slice(-5000))

  function say(): Happening {
    const isNew = people === 0 || next() < 0.6
    const author = isNew ? people++ : Math.floor(next() * people)
    const own = isNew ? undefined : newestOf.get(author)
    const parent = isNew ? (next() < 0.3 ? lately() : undefined) : next() < 0.75 ? own : undefined
    const text = sentence(next)
    const at = new Date(Date.UTC(2026, 0, 1) + ++minute * 1000)
    const post: Post = {
      id: `${prefix}${String(posts.length).padStart(9, '0')}`,
      author,
      words: text,
      html: next() < 0.5 ? `<p>${text}<br />Nr. <strong>${posts.length}</strong></p>` : null,
      parent: parent?.id ?? null,
      root: parent ? (parent.root ?? parent.id) : null,
      at,
      editedAt: null,
    }
    posts.push(post)
    newestOf.set(author, post)
    return { kind: 'said', post }
  }

  function happen(): Happening {
    const draw = next()
    const older = draw < 0.1 ? lately() : undefined
    if (older && draw < 0.05) return pick(recent.slice(-2000)) ?? say()
    if (older && draw < 0.08) {
      const editedAt = new Date(Date.UTC(2026, 0, 1) + ++minute * 1000)
      const text = `${older.words} (edit)`
      const post = { ...older, words: text, html: older.html && `<p>${text}</p>`, editedAt }
      return { kind: 'edited', post, version: minute }
    }
    if (older) return { kind: 'deleted', id: older.id, at: new Date() }
    return say()
  }

  return (count) =>
    Array.from({ length: count }, () => {
      const happening = happen()
      recent.push(happening)
      return happening
    })
}

function sentence(next: () => number): string {
  let text = ''
  while (text.length < 230) text += `${words[Math.floor(next() * words.length)] ?? ''} `
  return text.trim()
}

/** The network's id of a happening: the same when it is told twice. */
export function eventIdOf(happening: Happening): string {
  switch (happening.kind) {
    case 'said':
      return `said:${happening.post.id}`
    case 'edited':
      return `edited:${happening.post.id}:${happening.version}`
    case 'deleted':
      return `deleted:${happening.id}`
  }
}

/** The shortest raw form that still holds everything: the ratio then says what storing costs, not what parsing does. */
export function plainEvent(happening: Happening): RawEvent {
  const id = eventIdOf(happening)
  if (happening.kind === 'deleted')
    return { id, raw: { id: happening.id, deleted: happening.at.toISOString() } }
  const { post } = happening
  return {
    id,
    raw: {
      id: post.id,
      by: post.author,
      text: post.words,
      html: post.html,
      parent: post.parent,
      root: post.root,
      at: post.at.toISOString(),
      edited: post.editedAt?.toISOString() ?? null,
    },
  }
}

/** The translate of `plainEvent`. */
export function translatePlain(raw: Json): NetworkEvent {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) throw new Error('not an event')
  if (typeof raw.deleted === 'string')
    return { kind: 'deleted', remoteId: text(raw.id), at: new Date(raw.deleted) }
  const edited = maybe(raw.edited)
  return {
    kind: 'message',
    remoteId: text(raw.id),
    version: edited ?? 'original',
    author: {
      remoteId: `person-${raw.by}`,
      handle: `person${raw.by}@town.example`,
      displayName: `Person no. ${raw.by}`,
      avatarUrl: null,
      profileUrl: `https://town.example/@person${raw.by}`,
    },
    mine: false,
    text: text(raw.text),
    html: maybe(raw.html),
    contentWarning: null,
    language: 'ro',
    visibility: 'public',
    createdAt: new Date(text(raw.at)),
    editedAt: edited === null ? null : new Date(edited),
    url: `https://town.example/${text(raw.id)}`,
    parentId: maybe(raw.parent),
    rootId: maybe(raw.root),
    quotedId: null,
    media: [],
    ref: { id: text(raw.id) },
  }
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error('text expected')
  return value
}

function maybe(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}
