import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** For each of complaint, praise, question: 1 it is, 0 it is not, -1 its set does not tell. */
export type Labels = readonly [number, number, number]

/** `part`: within its set, `dev` rows are kept apart where a set is to be tested by itself. */
export type Example = {
  text: string
  labels: Labels
  set: string
  part: 'train' | 'dev'
  language: string
}
export type Written = Example & { kind: string }

type Row = Record<string, string>
type Reader = (row: Row) => { text: string; labels: Labels; language?: string }[]

/** All sets but our own, by folder name: each says what its rows teach. */
const readers: Record<string, Reader> = {
  goemotions: readEmotions,
  complaints_cesamard: readReviews,
  banking77: readBanking,
  clinc150: readCommands,
  sent_multi_umsab: readTweets,
  ro_emotion_red1: readRomanianTweets,
}

/** @throws when a set is not in the folder */
export function readSets(folder: string): Example[] {
  return Object.entries(readers).flatMap(([set, read]) => {
    return parts.flatMap((part) =>
      rowsOf(unzip(join(folder, set, `${part}.tsv.gz`)))
        .flatMap(read)
        .map(({ text, labels, language = 'en' }) => ({ text, labels, set, part, language })),
    )
  })
}

const parts = ['train', 'dev'] as const

function unzip(file: string): string {
  if (!existsSync(file)) throw new Error(`${file} is missing`)
  return gunzipSync(readFileSync(file)).toString('utf8')
}

const ofKind: Record<string, Labels> = {
  complaint: [1, 0, 0],
  praise: [0, 1, 0],
  question: [0, 0, 1],
  other: [0, 0, 0],
}

/** Our own examples: models/written-examples.tsv, or a file of that form with `kind` for `label`. */
export function readWritten(file: URL): Written[] {
  return rowsOf(readFileSync(file, 'utf8')).map((row) => {
    const kind = row.label ?? row.kind ?? ''
    const labels = ofKind[kind]
    if (!labels) throw new Error(`${file}: no kind is named ${kind}`)
    const { text = '', language = '' } = row
    return { kind, labels, text, language, set: 'written', part: 'train' }
  })
}

const syllables = 'ba ce di fo gu la me ni po ru sa te vi zo an el in or us ta ko ri ne mu'.split(
  ' ',
)

/** Messages that say nothing, so that words which nobody knows are taken for nothing rather than for the usual. */
export function makeNonsense(count: number, random: () => number): Example[] {
  const upTo = (most: number) => Math.floor(random() * most)
  const word = () =>
    random() < 0.15
      ? String(upTo(10 ** (1 + upTo(6))))
      : Array.from({ length: 1 + upTo(4) }, () => syllables[upTo(syllables.length)]).join('')
  const mark = () => ['', '', '', '.', '.', ',', '...'][upTo(7)]
  return Array.from({ length: count }, () => ({
    text: Array.from({ length: 1 + upTo(12) }, () => `${word()}${mark()}`).join(' '),
    labels: [0, 0, 0],
    set: 'nonsense',
    part: 'train',
    language: '',
  }))
}

/** Rows of a file whose first line names the columns; the text is the last and may be in CSV's quotes. */
function rowsOf(file: string): Row[] {
  const [names = '', ...lines] = file.split('\n').filter((line) => line !== '')
  const columns = names.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    const text = cells.slice(columns.length - 1).join(' ')
    cells[columns.length - 1] = /^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text
    return Object.fromEntries(columns.map((name, place) => [name, cells[place] ?? '']))
  })
}

const pleased = new Set(['admiration', 'gratitude', 'joy', 'love', 'approval', 'excitement'])
const upset = new Set(['anger', 'annoyance', 'disappointment', 'disapproval', 'disgust'])
const puzzled = new Set(['curiosity', 'confusion'])

/** People talk to each other, not to a business: feelings count, and a question only with its mark. */
function readEmotions(row: Row): ReturnType<Reader> {
  const text = row.text ?? ''
  const labels = (row.label ?? '').split('|')
  const has = (set: Set<string>) => labels.some((label) => set.has(label))
  if (has(pleased) && has(upset)) return []
  const asks = text.includes('?')
  const unasked = asks ? -1 : 0
  if (has(pleased)) return [{ text, labels: [0, 1, unasked] }]
  if (has(upset)) return [{ text, labels: [1, 0, unasked] }]
  if (has(puzzled)) return asks ? [{ text, labels: [0, 0, 1] }] : []
  return labels.includes('neutral') ? [{ text, labels: [0, 0, unasked] }] : []
}

/** Reviews are far longer than messages: their titles and first sentences also stand for themselves. */
function readReviews(row: Row): ReturnType<Reader> {
  const text = row.text ?? ''
  const pleases = row.label !== 'complaint' && row.sentiment === '2'
  if (row.label !== 'complaint' && !pleases) return []
  const labels: Labels = pleases ? [0, 1, 0] : [1, 0, 0]
  const [title = '', ...rest] = text.split(' . ')
  const body = rest.join(' . ')
  const first = /^.{20,200}?[.!?](?=\s|$)/.exec(body)?.[0]
  return [title, text.slice(0, 600), ...(first ? [first] : [])]
    .filter((part) => part.length > 3)
    .map((part) => ({ text: part, labels }))
}

const troubles =
  /not_working|declined|failed|swallowed|not_received|not_recognised|not_showing|wrong_|charged_twice|reverted|extra_charge|blocked|unable/
const unclear = /pending|not_updated|fee_charged|_charge$|compromised|lost_or_stolen|card_arrival/

/** A customer of a bank whose money is gone complains, even if politely; the others ask. */
function readBanking({ text = '', label = '' }: Row): ReturnType<Reader> {
  if (unclear.test(label)) return [{ text, labels: [-1, 0, -1] }]
  return [{ text, labels: troubles.test(label) ? [1, 0, -1] : [0, 0, 1] }]
}

const plain = new Set(['greeting', 'goodbye', 'yes', 'no', 'maybe'])
const unhappy =
  /declined|blocked|damaged|lost_luggage|fraud|report_lost|oos|jump_start|whisper|change_|user_name|roll_dice|flip_coin/

/** Commands to an assistant: a request is one whoever it is made to. */
function readCommands({ text = '', label = '' }: Row): ReturnType<Reader> {
  if (label === 'thank_you') return [{ text, labels: [0, 1, 0] }]
  if (plain.has(label)) return [{ text, labels: [0, 0, 0] }]
  return unhappy.test(label) ? [] : [{ text, labels: [0, 0, 1] }]
}

const latin = new Set(['english', 'french', 'german', 'italian', 'portuguese', 'spanish'])
const feelings: Record<string, Labels> = {
  negative: [1, 0, -1],
  neutral: [0, 0, -1],
  positive: [0, 1, -1],
}

function readTweets({ text = '', label = '', lang = '' }: Row): ReturnType<Reader> {
  const labels = feelings[label]
  return labels && latin.has(lang) ? [{ text, labels, language: lang }] : []
}

const romanian: Record<string, Labels> = {
  Bucurie: [0, 1, -1],
  Furie: [1, 0, -1],
  Tristete: [1, 0, -1],
  Neutru: [0, 0, -1],
}

function readRomanianTweets({ text = '', label = '' }: Row): ReturnType<Reader> {
  const labels = romanian[label]
  return labels ? [{ text, labels, language: 'ro' }] : []
}
