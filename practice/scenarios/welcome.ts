import type { Scenario } from './types.ts'

export const welcome: Scenario = {
  name: 'welcome',
  title: { en: 'A quiet morning', ro: 'O dimineață liniștită' },
  about: {
    en: 'Three easy conversations for somebody who is new here.',
    ro: 'Trei conversații ușoare pentru cine e nou aici.',
  },
  voices: [
    {
      after: 1,
      turn: {
        text: {
          en: [
            'Hello! Do you still have the blue mugs with the little birds? I would love two for my sister.',
            'Hi there! Are the blue bird mugs still in stock? I need two for a birthday.',
          ],
          ro: [
            'Bună ziua! Mai aveți cănile albastre cu păsărele? Aș vrea două pentru sora mea.',
            'Bună dimineața! Mai sunt pe stoc cănile albastre cu păsări? Am nevoie de două pentru o aniversare.',
          ],
        },
        whenAnswered: [
          {
            ifAsks: true,
            after: 6,
            turn: {
              text: {
                en: ['Two would be perfect, and I can pick them up on Saturday.'],
                ro: ['Două ar fi perfect, și pot veni sâmbătă să le iau.'],
              },
              whenAnswered: [{ after: 4, favourite: true }],
            },
          },
          {
            after: 6,
            favourite: true,
            turn: {
              text: {
                en: ['Thank you, that was quick! See you soon.'],
                ro: ['Mulțumesc, ce repede ați răspuns! Pe curând.'],
              },
            },
          },
        ],
      },
    },
    {
      after: 4,
      turn: {
        text: {
          en: [
            'My order 20418 says "delivered", but nothing is here. Could you have a look, please?',
          ],
          ro: ['Comanda 20418 apare ca „livrată”, dar nu am primit nimic. Vă uitați, vă rog?'],
        },
        ifSilent: {
          after: 240,
          turn: {
            text: {
              en: ['Is anybody there? I only want to know where the parcel is.'],
              ro: ['E cineva? Vreau doar să știu unde este coletul.'],
            },
          },
        },
        whenAnswered: [
          {
            ifAsks: true,
            after: 8,
            turn: {
              text: {
                en: [
                  'It should have come to 12 Mill Lane, the green door. The neighbours have nothing either.',
                ],
                ro: [
                  'Trebuia să ajungă pe strada Morii 12, ușa verde. Nici vecinii nu au primit nimic.',
                ],
              },
              whenAnswered: [{ after: 6, favourite: true }],
            },
          },
          {
            after: 8,
            turn: {
              text: {
                en: ['Thanks for looking into it. I will wait for news.'],
                ro: ['Mulțumesc că verificați. Aștept vești.'],
              },
              whenAnswered: [{ after: 4, favourite: true }],
            },
          },
        ],
      },
    },
    {
      after: 7,
      turn: {
        text: {
          en: [
            'Just wanted to say: the plum jam is the best thing on my breakfast table. Well done!',
          ],
          ro: [
            'Voiam doar să spun: dulceața de prune e cel mai bun lucru de pe masa mea. Felicitări!',
          ],
        },
        whenAnswered: [{ after: 5, favourite: true, follow: true }],
      },
    },
  ],
}
