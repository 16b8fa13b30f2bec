import type { Scenario, Turn, Voice, Words } from './types.ts'

const said: readonly Words[] = [
  {
    en: ['Your new kettle switches off before the water boils. Is mine faulty?'],
    ro: ['Fierbătorul nou de la dumneavoastră se oprește înainte să fiarbă apa. Al meu e defect?'],
  },
  {
    en: ['Same here: the kettle stops at about 80 degrees. Bought it last week.'],
    ro: [
      'Și la mine la fel: fierbătorul se oprește pe la 80 de grade. L-am luat săptămâna trecută.',
    ],
  },
  {
    en: ['Third cold tea this morning. The kettle from your shop just will not boil.'],
    ro: ['Al treilea ceai rece în dimineața asta. Fierbătorul de la voi pur și simplu nu fierbe.'],
  },
  {
    en: ['Does anybody else have trouble with the steel kettle? Mine clicks off far too early.'],
    ro: ['Mai are cineva probleme cu fierbătorul de inox? Al meu se oprește mult prea devreme.'],
  },
  {
    en: ['The kettle again. It smells of burnt plastic now. This is not safe!'],
    ro: ['Iar fierbătorul. Acum miroase a plastic ars. Nu e în siguranță!'],
  },
  {
    en: ['I read that many kettles are bad. Why do you not say anything? I am angry.'],
    ro: ['Am citit că multe fierbătoare sunt proaste. De ce nu spuneți nimic? Sunt furios.'],
  },
  {
    en: ['Two kettles, two failures. I want a refund or I go to the consumer office.'],
    ro: [
      'Două fierbătoare, două defecte. Vreau banii înapoi sau merg la protecția consumatorului.',
    ],
  },
]

export const growingComplaint: Scenario = {
  name: 'growing-complaint',
  title: { en: 'A complaint that grows', ro: 'O plângere care crește' },
  about: {
    en: 'Seven people, one kettle: the same complaint, angrier each time.',
    ro: 'Șapte oameni, un fierbător: aceeași plângere, tot mai supărați.',
  },
  voices: said.map((text, n): Voice => ({ after: 1 + n * 8, turn: complaint(text, n) })),
}

function complaint(text: Words, n: number): Turn {
  return {
    text,
    ifSilent: {
      after: 150 + n * 10,
      turn: {
        text: {
          en: ['No answer is an answer too.', 'I see you have no time for your customers.'],
          ro: ['Și tăcerea e un răspuns.', 'Văd că nu aveți timp de clienți.'],
        },
      },
    },
    whenAnswered: [
      {
        ifSays: { en: ['refund', 'replace', 'recall'], ro: ['banii', 'înlocui', 'schimbăm'] },
        after: 6,
        favourite: true,
        turn: {
          text: { en: ['Good. That is what I hoped for.'], ro: ['Bine. Asta speram.'] },
        },
      },
      {
        after: 8,
        turn: {
          text: {
            en: [
              'And what should I do with the kettle now?',
              'Fine, but am I in danger if I use it?',
            ],
            ro: ['Și ce fac acum cu fierbătorul?', 'Bine, dar e periculos dacă îl folosesc?'],
          },
          whenAnswered: [{ after: 5, favourite: true }],
        },
      },
    ],
  }
}
