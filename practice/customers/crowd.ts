import { draw } from '../faults/engine.ts'
import type { Network } from '../network.ts'
import { postStatus } from '../post.ts'
import type { Language } from '../scenarios/types.ts'
import { getShop } from '../store/accounts.ts'
import { inTransaction } from '../store/database.ts'
import type { Status } from '../store/statuses.ts'
import { ensurePerson } from './people.ts'

const words: Record<Language, readonly string[]> = {
  en: [
    'Where is my order',
    'Thank you for',
    'Is it normal that',
    'A question about',
    'Too bad about',
  ],
  ro: ['Unde este comanda', 'Mulțumesc pentru', 'E normal că', 'O întrebare despre', 'Păcat de'],
}

/** Many people speak at once, all or none: for filling gaps and for load. Numbered, so that a
 * reader can prove that none is missing. */
export function crowd(net: Network, wish: CrowdWish): Status[] {
  const shop = getShop(net.db).username
  return inTransaction(net.db, () =>
    Array.from({ length: wish.count }, (_, n) => {
      const who = Math.floor(draw(wish.seed, n) * wish.people) + 1
      const language = wish.language
      const person = ensurePerson(net, { name: `Customer ${who}`, language })
      const list = words[language]
      const start = list[Math.floor(draw(wish.seed + 1, n) * list.length)] ?? ''
      return postStatus(net, {
        accountId: person.id,
        text: `@${shop} ${start} no. ${n + 1}`,
        spoiler: '',
        visibility: 'public',
        language,
        sensitive: false,
        inReplyToId: null,
        mediaIds: [],
        idempotencyKey: null,
        application: null,
      })
    }),
  )
}

type CrowdWish = { count: number; people: number; language: Language; seed: number }
