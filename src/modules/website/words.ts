import type { Target } from '../../../contract/clock.ts'
import type { SiteLanguage } from '../../../contract/website.ts'
import { unreachable } from '../../platform/errors.ts'

/** What visitors read. In Romanian always „dumneavoastră”. */
export type SiteWords = {
  writeTo(name: string): string
  greeting: string
  name: string
  email: string
  emailHint: string
  order: string
  optional: string
  message: string
  send: string
  trap: string
  arrived: string
  waitsForLook: string
  answersWithin(promise: Target): string
  yourPage: string
  keepLink: string
  keepLinkMail: string
  openPage: string
  conversation(name: string): string
  you: string
  continueTitle: string
  look: string
  private: string
  checkAndSend: string
  closed: string
  missingPage: string
  nothingHere: string
  nothingLost: string
  asVisitor: string
  problems: string
  nameMissing: string
  nameLong: string
  emailOdd: string
  orderLong: string
  textMissing: string
  textLong(max: number): string
  formOld: string
  tooSoon: string
  tooMany(minutes: number): string
  unavailable: string
  tooLarge: string
  wentWrong: string
  mailSubject(business: string): string
  mailText(business: string, link: string): string
}

const en: SiteWords = {
  writeTo: (name) => `Write to ${name}`,
  greeting: 'A person reads what you write and answers you.',
  name: 'Your name',
  email: 'Your e-mail address',
  emailHint: 'So that we can tell you when there is an answer.',
  order: 'Order number',
  optional: 'optional',
  message: 'Your message',
  send: 'Send',
  trap: 'Leave this empty',
  arrived: 'Your message has arrived.',
  waitsForLook: 'Your message has arrived. Somebody looks at it before it is shown here.',
  answersWithin: (promise) => `People here usually answer within ${promiseEn(promise)}.`,
  yourPage: 'Your conversation has a page of its own. The answer will stand there.',
  keepLink: 'Keep this private link. Whoever has it can read the conversation.',
  keepLinkMail: 'Keep this private link to come back. Whoever has it can read the conversation.',
  openPage: 'Open the conversation',
  conversation: (name) => `Your conversation with ${name}`,
  you: 'You',
  continueTitle: 'Write more',
  look: 'Look for an answer',
  private: 'Only you and the people of the business see this page. Its address is private.',
  checkAndSend: 'Please check what you wrote, then send it.',
  closed: 'This form is closed. Please reach the business in another way.',
  missingPage: 'There is no page at this address. Please check that the link is whole.',
  nothingHere: 'Nothing is here',
  nothingLost: 'What you wrote is still in the form.',
  asVisitor: 'This is the page as the visitor sees it.',
  problems: 'Not sent yet:',
  nameMissing: 'Please write your name.',
  nameLong: 'Please shorten your name to 100 characters.',
  emailOdd: 'Please check the e-mail address: it should look like ana@example.com.',
  orderLong: 'Please shorten the order number to 60 characters.',
  textMissing: 'Please write your message.',
  textLong: (max) => `Please shorten your message to ${max} characters.`,
  formOld: 'The form had been open for too long. Please press Send once more.',
  tooSoon: 'That was very quick. Please press Send once more.',
  tooMany: (minutes) =>
    `Too many messages came from your address. Please send this in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
  unavailable: 'We cannot take your message at this moment. Please press Send again in a minute.',
  tooLarge: 'This is too large to send. Go back and shorten your message.',
  wentWrong: 'Something went wrong on our side. Go back and try once more.',
  mailSubject: (business) => `${business} has answered you`,
  mailText: (business, link) =>
    `Hello,\n\n${business} has answered what you wrote on the website. Read the answer and write back here:\n\n${link}\n\nThe link is private: whoever has it can read the conversation. If you wrote nothing there, somebody typed your address by mistake; you can forget this mail.\n`,
}

const ro: SiteWords = {
  writeTo: (name) => `Scrieți-ne: ${name}`,
  greeting: 'Mesajul dumneavoastră este citit de un om, care vă răspunde.',
  name: 'Numele dumneavoastră',
  email: 'Adresa dumneavoastră de e-mail',
  emailHint: 'Ca să vă putem anunța când aveți un răspuns.',
  order: 'Numărul comenzii',
  optional: 'opțional',
  message: 'Mesajul dumneavoastră',
  send: 'Trimiteți',
  trap: 'Lăsați acest câmp gol',
  arrived: 'Mesajul dumneavoastră a ajuns.',
  waitsForLook: 'Mesajul dumneavoastră a ajuns. Cineva îl verifică înainte să apară aici.',
  answersWithin: (promise) => `De obicei răspundem în ${promiseRo(promise)}.`,
  yourPage: 'Conversația dumneavoastră are o pagină a ei. Răspunsul va apărea acolo.',
  keepLink: 'Păstrați această adresă privată. Cine o are poate citi conversația.',
  keepLinkMail:
    'Păstrați această adresă privată ca să reveniți. Cine o are poate citi conversația.',
  openPage: 'Deschideți conversația',
  conversation: (name) => `Conversația dumneavoastră cu ${name}`,
  you: 'Dumneavoastră',
  continueTitle: 'Continuați conversația',
  look: 'Verificați dacă aveți un răspuns',
  private: 'Pagina este văzută doar de dumneavoastră și de oamenii firmei. Adresa ei este privată.',
  checkAndSend: 'Vă rugăm să verificați ce ați scris, apoi trimiteți.',
  closed: 'Acest formular este închis. Vă rugăm să contactați firma pe altă cale.',
  missingPage:
    'La această adresă nu există nicio pagină. Vă rugăm să verificați dacă adresa este întreagă.',
  nothingHere: 'Nu este nimic aici',
  nothingLost: 'Ce ați scris este încă în formular.',
  asVisitor: 'Aceasta este pagina așa cum o vede vizitatorul.',
  problems: 'Încă nu a fost trimis:',
  nameMissing: 'Vă rugăm să vă scrieți numele.',
  nameLong: 'Vă rugăm să scurtați numele la 100 de caractere.',
  emailOdd: 'Vă rugăm să verificați adresa de e-mail: ar trebui să arate ca ana@exemplu.ro.',
  orderLong: 'Vă rugăm să scurtați numărul comenzii la 60 de caractere.',
  textMissing: 'Vă rugăm să scrieți mesajul.',
  textLong: (max) => `Vă rugăm să scurtați mesajul la ${max} de caractere.`,
  formOld: 'Formularul a stat deschis prea mult. Vă rugăm să apăsați încă o dată Trimiteți.',
  tooSoon: 'A fost foarte repede. Vă rugăm să apăsați încă o dată Trimiteți.',
  tooMany: (minutes) =>
    `Au venit prea multe mesaje de la adresa dumneavoastră. Vă rugăm să trimiteți din nou peste ${minutes === 1 ? 'un minut' : `${minutes} minute`}.`,
  unavailable:
    'Nu putem primi mesajul în acest moment. Vă rugăm să apăsați din nou Trimiteți peste un minut.',
  tooLarge: 'Mesajul este prea mare. Reveniți la formular și scurtați-l.',
  wentWrong: 'Ceva nu a mers la noi. Reveniți la formular și încercați încă o dată.',
  mailSubject: (business) => `Aveți un răspuns de la ${business}`,
  mailText: (business, link) =>
    `Bună ziua,\n\n${business} a răspuns la mesajul dumneavoastră de pe site. Citiți răspunsul și scrieți mai departe aici:\n\n${link}\n\nAdresa este privată: cine o are poate citi conversația. Dacă nu ați scris nimic acolo, cineva a introdus adresa dumneavoastră din greșeală și puteți ignora acest mesaj.\n`,
}

export const siteWords: Record<SiteLanguage, SiteWords> = { en, ro }

/** The language of a page: the first in `Accept-Language` that the form speaks, else the form's first. */
export function chooseLanguage(
  accepted: string | undefined,
  languages: readonly SiteLanguage[],
): SiteLanguage {
  const wanted = (accepted ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part
        .trim()
        .toLowerCase()
        .split(/;\s*q=/)
      return { base: tag.split('-')[0], weight: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { base } of wanted) {
    const spoken = languages.find((language) => language === base)
    if (spoken) return spoken
  }
  return languages[0] ?? 'en'
}

function promiseEn(promise: Target): string {
  switch (promise.unit) {
    case 'calendar-minutes':
      return lengthEn(promise.minutes)
    case 'business-minutes':
      return `${lengthEn(promise.minutes)} of opening hours`
    case 'business-days':
      return promise.days === 1 ? 'one working day' : `${promise.days} working days`
    default:
      return unreachable(promise)
  }
}

function promiseRo(promise: Target): string {
  switch (promise.unit) {
    case 'calendar-minutes':
      return lengthRo(promise.minutes)
    case 'business-minutes':
      return `${lengthRo(promise.minutes)} de program`
    case 'business-days':
      return promise.days === 1
        ? 'o zi lucrătoare'
        : `${promise.days} ${needsDe(promise.days) ? 'de ' : ''}zile lucrătoare`
    default:
      return unreachable(promise)
  }
}

function lengthEn(minutes: number): string {
  const count = (number: number, unit: string) =>
    number === 1 ? (unit === 'hour' ? 'an hour' : `a ${unit}`) : `${number} ${unit}s`
  if (minutes < 60) return count(minutes, 'minute')
  if (minutes < 48 * 60) return count(Math.ceil(minutes / 60), 'hour')
  return count(Math.ceil(minutes / 1440), 'day')
}

function lengthRo(minutes: number): string {
  const count = (number: number, one: string, many: string) =>
    number === 1 ? one : `${number} ${needsDe(number) ? 'de ' : ''}${many}`
  if (minutes < 60) return count(minutes, 'un minut', 'minute')
  if (minutes < 48 * 60) return count(Math.ceil(minutes / 60), 'o oră', 'ore')
  return count(Math.ceil(minutes / 1440), 'o zi', 'zile')
}

/** Romanian counts 20 and more, and round hundreds, with „de”: 20 de ore, 101 ore, 120 de ore. */
function needsDe(number: number): boolean {
  const rest = number % 100
  return rest === 0 || rest >= 20
}
