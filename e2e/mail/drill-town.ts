import { z } from 'zod'
import type { Town } from '../drill.ts'
import { pause } from '../fleet.ts'
import type { Random } from '../seeded.ts'
import { ANA, type MailTown } from './town.ts'

/** A mailbox as the network of a drill: its servers go away, answer rubbish, and break off at the worst moments. */
export function drillTown(town: MailTown): Town {
  const { smtp, gates } = town
  async function heal() {
    smtp.setFault(null)
    gates.imap.set('pass')
    gates.smtp.set('pass')
  }
  const troubles: ((random: Random) => void)[] = [
    () => smtp.setFault({ at: 'answer' }),
    () => smtp.setFault({ at: 'text' }),
    () => smtp.setFault({ at: 'mail', code: 451, text: '4.3.0 try again later' }),
    (random) => gates.smtp.set(random.pick(['down', 'garbage'])),
    (random) => gates.imap.set(random.pick(['down', 'garbage'])),
  ]
  return {
    async customerWrites(text) {
      await town.receive({ text })
    },
    async trouble(random) {
      random.pick(troubles)(random)
      await pause(200 + random.below(1200))
      await heal()
    },
    heal,
    standing: async () =>
      (await town.arrived(ANA)).map(({ messageId, text }) => ({
        remoteId: z.string().parse(messageId).replace(/^<|>$/g, ''),
        text: /Answer [^\n]*/.exec(text ?? '')?.[0] ?? text ?? '',
      })),
  }
}
