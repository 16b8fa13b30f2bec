type Locale = 'en' | 'ro'

/** What calls say, to members of the team. */
export type CallWords = {
  subject(business: string): string
  severity(name: string): string
  waits(severity: string, since: string): string
  onCall: string
  asOwner: string
  acknowledge: string
  once: string
  open: string
  next(minutes: number): string
  push: { title(business: string): string; body(severity: string, since: string): string }
  test: { title: string; body: string }
  link: {
    ask: string
    act: string
    done: string
    before(name: string): string
    over: string
    open: string
    wrong: string
  }
}

const known: Record<Locale, Record<string, string>> = {
  en: { urgent: 'Urgent', high: 'High', low: 'Low' },
  ro: { urgent: 'Urgentă', high: 'Mare', low: 'Mică' },
}

const en: CallWords = {
  subject: (business) => `${business}: you are needed now`,
  severity: (name) => known.en[name] ?? name,
  waits: (severity, since) =>
    `Severity: ${severity}. A customer waits for an answer since ${since}.`,
  onCall: 'You are called because you are on call.',
  asOwner: 'You are called as owner: nobody on call has taken it up.',
  acknowledge: 'I take it up',
  once: 'The link opens a page with one button, without signing in, for 24 hours. It is for you alone.',
  open: 'Open the conversation',
  next: (minutes) =>
    minutes === 1
      ? 'If nobody takes it up, somebody is called again in a minute.'
      : `If nobody takes it up, somebody is called again in ${minutes} minutes.`,
  push: {
    title: (business) => `${business}: you are needed now`,
    body: (severity, since) => `Severity: ${severity}. A customer waits since ${since}.`,
  },
  test: { title: 'A test from Parley', body: 'This browser will show when you are called.' },
  link: {
    ask: 'A customer waits for an answer. Do you take it up? Nobody else is called then.',
    act: 'I take it up',
    done: 'Thank you: you have taken it up, and nobody else is called.',
    before: (name) => `${name} has taken it up already. Nothing is left for you to do.`,
    over: 'It is over: the customer has an answer, or it was closed.',
    open: 'Open the conversation',
    wrong: 'This link has ended, or is not whole. Open Parley to see who waits.',
  },
}

const ro: CallWords = {
  subject: (business) => `${business}: e nevoie de tine acum`,
  severity: (name) => known.ro[name] ?? name,
  waits: (severity, since) => `Gravitate: ${severity}. Un client așteaptă un răspuns din ${since}.`,
  onCall: 'Ești chemat pentru că ești de gardă.',
  asOwner: 'Ești chemat ca proprietar: nimeni de gardă nu a preluat.',
  acknowledge: 'Preiau eu',
  once: 'Linkul deschide o pagină cu un singur buton, fără autentificare, timp de 24 de ore. Este numai pentru tine.',
  open: 'Deschide conversația',
  next: (minutes) =>
    minutes === 1
      ? 'Dacă nu preia nimeni, peste un minut este chemat din nou cineva.'
      : `Dacă nu preia nimeni, este chemat din nou cineva peste ${minutes} ${minutes % 100 > 0 && minutes % 100 < 20 ? 'minute' : 'de minute'}.`,
  push: {
    title: (business) => `${business}: e nevoie de tine acum`,
    body: (severity, since) => `Gravitate: ${severity}. Un client așteaptă din ${since}.`,
  },
  test: { title: 'O probă de la Parley', body: 'Acest browser te va anunța când ești chemat.' },
  link: {
    ask: 'Un client așteaptă un răspuns. Preiei tu? Atunci nu mai este chemat nimeni.',
    act: 'Preiau eu',
    done: 'Mulțumim: ai preluat și nu mai este chemat nimeni.',
    before: (name) => `${name} a preluat deja. Nu mai ai nimic de făcut.`,
    over: 'S-a încheiat: clientul are un răspuns sau conversația a fost închisă.',
    open: 'Deschide conversația',
    wrong: 'Acest link s-a încheiat sau nu este întreg. Deschide Parley ca să vezi cine așteaptă.',
  },
}

export const callWords: Record<Locale, CallWords> = { en, ro }
