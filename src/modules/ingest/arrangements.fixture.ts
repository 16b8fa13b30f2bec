import fc from 'fast-check'
import { gone, said } from '../../../test/town.ts'
import type { RawEvent } from '../../connectors/contract.ts'

/** A story of a few people, in the order in which it happened, and the pages it may come in. */
export type Story = { events: RawEvent[]; pages: RawEvent[][] }

const Step = fc.record({
  by: fc.constantFrom('ana', 'ion', 'eva'),
  kind: fc.constantFrom(
    'opens',
    'opens',
    'answers',
    'answers',
    'answers',
    'edits',
    'deletes',
    'we',
  ),
  pick: fc.nat(20),
  visibility: fc.constantFrom('public' as const, 'private' as const),
  tellsRoot: fc.boolean(),
})

/** Stories of up to 12 steps: threads, answers, edits, deletions, answers of ours. */
export const stories: fc.Arbitrary<Story> = fc
  .array(Step, { minLength: 2, maxLength: 12 })
  .map((steps) => tell(steps))
  .chain((events) =>
    fc
      .tuple(
        fc.shuffledSubarray(
          [...events.keys()].flatMap((at) => [at, at]),
          { minLength: events.length },
        ),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
      )
      .map(([order, sizes]) => ({ events, pages: arrange(events, order, sizes) })),
  )

type Step = {
  by: string
  kind: string
  pick: number
  visibility: 'public' | 'private'
  tellsRoot: boolean
}
type Post = {
  id: string
  by: string
  root: string
  parent: string | null
  edits: number
  more: object
}

function tell(steps: readonly Step[]): RawEvent[] {
  const posts: Post[] = []
  return steps.flatMap((step, at) => {
    const { kind, by, visibility } = step
    const earlier = posts[step.pick % Math.max(posts.length, 1)]
    if (!earlier || kind === 'opens') return [say(posts, { id: `m${at}`, by, visibility, at })]
    if (kind === 'edits') {
      earlier.edits += 1
      const text = `words of ${earlier.id}, edit ${earlier.edits}`
      return [said(earlier.id, { ...earlier.more, by: earlier.by, text, edited: 100 + at })]
    }
    if (kind === 'deletes') return earlier.by === 'shop' ? [] : [gone(earlier.id, 200 + at)]
    const author = kind === 'we' ? 'shop' : by
    return [
      say(posts, {
        id: `m${at}`,
        by: author,
        visibility,
        at,
        under: earlier,
        tellsRoot: step.tellsRoot,
      }),
    ]
  })
}

type Saying = {
  id: string
  by: string
  visibility: 'public' | 'private'
  at: number
  under?: Post
  tellsRoot?: boolean
}

function say(posts: Post[], { id, by, visibility, at, under, tellsRoot }: Saying): RawEvent {
  const root = under?.root ?? id
  const parent = under?.id ?? null
  const told = under ? (tellsRoot ? root : 'unknown') : null
  // Two in three minutes are shared, so that order never hangs on the clock alone.
  const more = { at: at - (at % 3), visibility, parent, root: told }
  posts.push({ id, by, root, parent, edits: 0, more })
  return said(id, { by, ...more })
}

/**
 * Any order, some events twice, in pages of the sizes given. What was left out comes at the end. An
 * answer of ours never comes in a page before the message it answers: networks tell of it afterwards.
 */
function arrange(events: readonly RawEvent[], order: readonly number[], sizes: readonly number[]) {
  const missing = [...events.keys()].filter((at) => !order.includes(at))
  const rest = [...order, ...missing].flatMap((at) => events[at] ?? [])
  const late = rest.filter(isOurs)
  const all = [
    ...rest.filter((event) => !isOurs(event)),
    ...events.filter((one) => late.includes(one)),
  ]
  const pages: RawEvent[][] = []
  for (let turn = 0; all.length > 0; turn++)
    pages.push(all.splice(0, sizes[turn % sizes.length] ?? 1))
  return pages
}

function isOurs({ raw }: RawEvent): boolean {
  return raw !== null && typeof raw === 'object' && !Array.isArray(raw) && raw.by === 'shop'
}
