import type { Scenario } from './types.ts'

export const secondThoughts: Scenario = {
  name: 'second-thoughts',
  title: { en: 'Second thoughts', ro: 'Răzgândire' },
  about: {
    en: 'A customer writes in anger, softens the words, then takes them back.',
    ro: 'Un client scrie la nervi, îndulcește vorbele, apoi le șterge.',
  },
  voices: [
    {
      after: 1,
      turn: {
        text: {
          en: ['Worst service ever!! The lady at the till did not even look at me.'],
          ro: ['Cele mai proaste servicii!! Doamna de la casă nici nu s-a uitat la mine.'],
        },
        edit: {
          after: 8,
          text: {
            en: ['I was a bit disappointed today. The lady at the till seemed very busy.'],
            ro: ['Astăzi am fost puțin dezamăgit. Doamna de la casă părea foarte ocupată.'],
          },
        },
        remove: { after: 25 },
      },
    },
    {
      after: 4,
      turn: {
        text: {
          en: ['Do you have the wool blanket in grean?'],
          ro: ['Aveți pătura de lână pe vrede?'],
        },
        edit: {
          after: 6,
          text: {
            en: ['Do you have the wool blanket in green?'],
            ro: ['Aveți pătura de lână pe verde?'],
          },
        },
        whenAnswered: [
          {
            after: 5,
            favourite: true,
            turn: { text: { en: ['Lovely, thanks!'], ro: ['Minunat, mulțumesc!'] } },
          },
        ],
      },
    },
  ],
}
