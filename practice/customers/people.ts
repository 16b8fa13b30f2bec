import { draw } from '../faults/engine.ts'
import type { Network } from '../network.ts'
import type { Language } from '../scenarios/types.ts'
import { type Account, findAccount, insertAccount } from '../store/accounts.ts'

/** Names of scripted customers; some live on other servers, which the shop does not follow. */
const names: Record<Language, readonly (readonly [string, string?])[]> = {
  en: [
    ['Emily Carter'],
    ['Tom Okafor'],
    ['Priya Nair', 'garden.example'],
    ['Jack Whelan'],
    ['Grace Lindqvist'],
    ['Samuel Brooks', 'harbour.example'],
    ['Hannah Weiss'],
    ['Oliver Mensah'],
    ['Ruth Delaney'],
    ['Leo Marchetti', 'garden.example'],
  ],
  ro: [
    ['Ioana Popescu'],
    ['Andrei Munteanu'],
    ['Ștefania Țurcanu', 'cluj.example'],
    ['Mihai Dobre'],
    ['Ana-Maria Ilieș'],
    ['Răzvan Câmpeanu', 'iasi.example'],
    ['Elena Văcaru'],
    ['Gheorghe Sârbu'],
    ['Katalin Szabó'],
    ['Dumitru Neagu', 'cluj.example'],
  ],
}

/** The person who plays the n-th voice: seed and place decide, no two voices share one. */
export function castPerson(net: Network, part: Part): Account {
  const pool = names[part.language]
  const first = Math.floor(draw(part.seed, 977) * pool.length)
  const [name = 'Alex', domain = ''] = pool[(first + part.voice * 3) % pool.length] ?? []
  return ensurePerson(net, { name, domain, language: part.language, followed: domain === '' })
}

/** Finds a person by their user name made from the name, or lets them move in. */
export function ensurePerson(net: Network, person: NewPerson): Account {
  const username = person.username ?? usernameOf(person.name)
  const domain = person.domain ?? ''
  const known = findAccount(net.db, domain === '' ? username : `${username}@${domain}`)
  if (known) return known
  const account: Account = {
    id: net.nextId(),
    username,
    domain,
    display_name: person.name,
    note: '',
    language: person.language ?? 'en',
    shop: 0,
    followed: Number(person.followed ?? true),
    follows_shop: 0,
    created_at: net.now(),
  }
  insertAccount(net.db, account)
  return account
}

/** `Ștefania Țurcanu` is `stefania_turcanu`. */
export function usernameOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'customer'
}

type Part = { language: Language; seed: number; voice: number }
export type NewPerson = {
  name: string
  username?: string | undefined
  domain?: string | undefined
  language?: string | undefined
  /** whether the shop follows them: only then are their edits told live */
  followed?: boolean | undefined
}
