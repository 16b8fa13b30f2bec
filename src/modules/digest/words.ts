import type { DigestSection } from '../../../contract/digest.ts'
import type { GoodwillKind } from '../../../contract/goodwill.ts'

type Locale = 'en' | 'ro'

/** What the mails to members say. */
type MailWords = {
  subject(business: string, day: string): string
  nothing: string
  sections: Record<DigestSection, string>
  goodwill: string
  kinds: Record<GoodwillKind, string>
  heard(messages: number, people: number): string
  delivery: Record<'failed' | 'unknown', string>
  since: string
  due: string
  answer: string
  whole: string
  why: string
  stop: string
  callSubject(business: string): string
  late(bound: number): string
  waits(hours: number): string
  urgent: string
  once: string
  look: string
  unsubscribe: { ask: string; act: string; done: string; wrong: string }
}

const en: MailWords = {
  subject: (business, day) => `${business}: what your customers said, ${day}`,
  nothing: 'Nothing waits for an answer, and nothing went wrong. A quiet day.',
  sections: {
    urgent: 'Urgent',
    worst: 'Complaints of the last day, the worst first',
    overdue: 'Past their reply time',
    longest: 'Waiting longest',
    undelivered: 'Replies that did not go out, or may not have',
    handedOver: 'Handed over and not looked at yet',
    heard: 'Most heard in the last day',
    best: 'Praise of the last day, the best first',
    wonBack: 'Won back in the last day',
  },
  goodwill: 'Goodwill today',
  kinds: {
    gift: 'Gift',
    fix: 'Fix beyond duty',
    'kind-word': 'Kind word',
    other: 'Other',
  },
  heard: (messages, people) =>
    `${messages} messages from ${people === 1 ? 'one person' : `${people} people`}`,
  delivery: { failed: 'not sent', unknown: 'may or may not have arrived' },
  since: 'since',
  due: 'was due',
  answer: 'Answer',
  whole: 'The whole digest',
  why: 'You get this mail because you asked for it in Parley.',
  stop: 'No more digests by mail',
  callSubject: (business) => `${business}: customers need you now`,
  late: (bound) =>
    bound === 1
      ? 'More than one customer waits past the promised reply time.'
      : `More than ${bound} customers wait past the promised reply time.`,
  waits: (hours) =>
    hours === 1
      ? 'A customer has been waiting for an answer for more than an hour.'
      : `A customer has been waiting for an answer for more than ${hours} hours.`,
  urgent: 'An urgent conversation waits for an answer.',
  once: 'You are called once; the next time only when this was over in between.',
  look: 'See who waits',
  unsubscribe: {
    ask: 'Stop the daily digest by mail?',
    act: 'Stop it',
    done: 'You get no more digests by mail. In Parley, in its settings under Digest, you can ask for them again.',
    wrong: 'This link is not one of ours, or not whole.',
  },
}

const ro: MailWords = {
  subject: (business, day) => `${business}: ce au spus clienții tăi, ${day}`,
  nothing: 'Nimic nu așteaptă un răspuns și nimic nu a mers prost. O zi liniștită.',
  sections: {
    urgent: 'Urgente',
    worst: 'Reclamații din ultima zi, întâi cele mai grele',
    overdue: 'Peste timpul de răspuns',
    longest: 'Așteaptă de cel mai mult timp',
    undelivered: 'Răspunsuri care nu au plecat sau poate nu au plecat',
    handedOver: 'Predate și încă neprivite',
    heard: 'Cele mai auzite în ultima zi',
    best: 'Laude din ultima zi, întâi cele mai frumoase',
    wonBack: 'Recâștigați în ultima zi',
  },
  goodwill: 'Bunăvoința de azi',
  kinds: {
    gift: 'Cadou',
    fix: 'Reparație peste datorie',
    'kind-word': 'Vorbă bună',
    other: 'Altceva',
  },
  heard: (messages, people) =>
    `${countRo(messages, 'mesaje')} de la ${people === 1 ? 'o persoană' : countRo(people, 'persoane')}`,
  delivery: { failed: 'netrimis', unknown: 'poate a ajuns, poate nu' },
  since: 'de la',
  due: 'termen',
  answer: 'Răspunde',
  whole: 'Tot rezumatul',
  why: 'Primești acest mesaj pentru că l-ai cerut în Parley.',
  stop: 'Fără rezumate prin e-mail',
  callSubject: (business) => `${business}: clienții au nevoie de tine acum`,
  late: (bound) =>
    bound === 1
      ? 'Mai mult de un client așteaptă peste timpul de răspuns promis.'
      : `Mai mult de ${countRo(bound, 'clienți')} așteaptă peste timpul de răspuns promis.`,
  waits: (hours) =>
    hours === 1
      ? 'Un client așteaptă un răspuns de mai mult de o oră.'
      : `Un client așteaptă un răspuns de mai mult de ${countRo(hours, 'ore')}.`,
  urgent: 'O conversație urgentă așteaptă un răspuns.',
  once: 'Ești chemat o singură dată; din nou numai după ce s-a rezolvat între timp.',
  look: 'Vezi cine așteaptă',
  unsubscribe: {
    ask: 'Oprești rezumatul zilnic prin e-mail?',
    act: 'Oprește-l',
    done: 'Nu mai primești rezumate prin e-mail. În Parley, în setări, la Rezumat, le poți cere din nou.',
    wrong: 'Acest link nu este al nostru sau nu este întreg.',
  },
}

/** Romanian puts "de" from 20 on: 19 mesaje, 20 de mesaje, 101 mesaje. */
function countRo(count: number, what: string): string {
  const rest = count % 100
  const plain = (rest > 0 && rest < 20) || count === 0
  return `${count} ${plain ? '' : 'de '}${what}`
}

export const mailWords: Record<Locale, MailWords> = { en, ro }
