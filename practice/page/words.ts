import type { FastifyRequest } from 'fastify'
import { queryOf } from '../api/params.ts'
import type { Language } from '../scenarios/types.ts'

const en = {
  title: 'Practice network',
  lead: 'A small town with scripted customers. Nothing here leaves this machine.',
  skip: 'Skip to the conversations',
  conversations: 'Conversations, as the customers see them',
  none: 'Nobody has said anything yet. Start a story, or write something yourself.',
  write: 'Write as a customer',
  as: 'As',
  newName: 'or a new name',
  someone: 'somebody new',
  text: 'What do you say to the shop?',
  public: 'In public',
  direct: 'In private, to the shop only',
  private: 'Followers only',
  unlisted: 'Unlisted',
  replyTo: 'In answer to',
  nothing: 'nothing, a new conversation',
  warning: 'Content warning (may stay empty)',
  photo: 'Photo (may stay empty)',
  photoText: 'What the photo shows',
  send: 'Say it',
  stories: 'Stories',
  start: 'Start',
  trouble: 'Trouble',
  troubleLead: 'Break the network on purpose and watch what your desk does.',
  kind: 'What goes wrong',
  times: 'How many times (empty: until stopped)',
  seconds: 'For how many seconds (empty: until stopped)',
  cause: 'Cause trouble',
  calm: 'Make everything well again',
  on: 'On now',
  struck: 'struck',
  server: 'Kind of server',
  change: 'Change',
  edit: 'Change the words',
  save: 'Save',
  remove: 'Take back',
  answer: 'Answer',
  edited: 'changed',
  shop: 'the shop',
  fresh: 'Something new was said: show it',
  followers: 'Followers of the shop',
  notFound: 'Nothing stands here (any more)',
  home: 'All conversations',
  allow: 'Allow',
  deny: 'Do not allow',
  consent: 'wants to use the account @shop',
  mayDo: 'It asks for these rights',
  yourCode: 'Your code',
}

export type Words = Record<keyof typeof en, string>

const ro: Words = {
  title: 'Rețeaua de exersare',
  lead: 'Un orășel cu clienți după scenariu. Nimic de aici nu iese din acest calculator.',
  skip: 'Sari la conversații',
  conversations: 'Conversațiile, așa cum le văd clienții',
  none: 'Nimeni nu a spus nimic încă. Porniți o poveste sau scrieți ceva.',
  write: 'Scrieți ca un client',
  as: 'Ca',
  newName: 'sau un nume nou',
  someone: 'cineva nou',
  text: 'Ce îi spuneți magazinului?',
  public: 'În public',
  direct: 'În privat, doar magazinului',
  private: 'Doar pentru urmăritori',
  unlisted: 'Nelistat',
  replyTo: 'Ca răspuns la',
  nothing: 'nimic, o conversație nouă',
  warning: 'Avertisment (poate lipsi)',
  photo: 'Fotografie (poate lipsi)',
  photoText: 'Ce se vede în fotografie',
  send: 'Spune',
  stories: 'Povești',
  start: 'Pornește',
  trouble: 'Necazuri',
  troubleLead: 'Stricați rețeaua dinadins și vedeți ce face biroul dumneavoastră.',
  kind: 'Ce nu merge',
  times: 'De câte ori (gol: până la oprire)',
  seconds: 'Câte secunde (gol: până la oprire)',
  cause: 'Provoacă necazul',
  calm: 'Repară totul',
  on: 'Acum pornit',
  struck: 'lovituri',
  server: 'Felul serverului',
  change: 'Schimbă',
  edit: 'Schimbă vorbele',
  save: 'Salvează',
  remove: 'Retrage',
  answer: 'Răspunde',
  edited: 'modificat',
  shop: 'magazinul',
  fresh: 'S-a spus ceva nou: arată',
  followers: 'Urmăritorii magazinului',
  notFound: 'Aici nu (mai) este nimic',
  home: 'Toate conversațiile',
  allow: 'Permite',
  deny: 'Nu permite',
  consent: 'vrea să folosească contul @shop',
  mayDo: 'Cere aceste drepturi',
  yourCode: 'Codul dumneavoastră',
}

const faultWords: Record<string, Record<Language, string>> = {
  'rate-limited': { en: 'Too many requests (429)', ro: 'Prea multe cereri (429)' },
  slow: { en: 'Slow answers', ro: 'Răspunsuri lente' },
  wrong: { en: 'Wrong answers', ro: 'Răspunsuri greșite' },
  duplicate: { en: 'Everything is told twice', ro: 'Totul se spune de două ori' },
  'out-of-order': { en: 'News in the wrong order', ro: 'Vești în ordine greșită' },
  late: { en: 'News comes late', ro: 'Veștile vin târziu' },
  'expired-token': { en: 'The key has expired', ro: 'Cheia a expirat' },
  'lost-scope': { en: 'The right to write is lost', ro: 'Dreptul de a scrie s-a pierdut' },
  outage: { en: 'The network is down', ro: 'Rețeaua este căzută' },
  'cut-before-accept': { en: 'Cut before a post was taken', ro: 'Întrerupere înainte de preluare' },
  'cut-after-accept': { en: 'Cut after a post was taken', ro: 'Întrerupere după preluare' },
  'late-apply': {
    en: 'Cut, and the post appears later',
    ro: 'Întrerupere, postarea apare mai târziu',
  },
  unparseable: { en: 'News that makes no sense', ro: 'Vești fără înțeles' },
}

/** The reader's language: `?lang=`, else what the browser prefers. */
export function languageOf(request: FastifyRequest): Language {
  const asked = queryOf(request).lang
  if (asked === 'ro' || asked === 'en') return asked
  const accepted = (request.headers['accept-language'] ?? '').toLowerCase().split(',')
  const first = accepted
    .map((part) => part.trim().slice(0, 2))
    .find((l) => l === 'ro' || l === 'en')
  return first === 'ro' ? 'ro' : 'en'
}

export function wordsFor(language: Language): Words {
  return language === 'ro' ? ro : en
}

export function faultName(kind: string, language: Language): string {
  return faultWords[kind]?.[language] ?? kind
}
