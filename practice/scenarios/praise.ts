import type { Scenario } from './types.ts'

export const praise: Scenario = {
  name: 'praise',
  title: { en: 'Kind words', ro: 'Vorbe bune' },
  about: {
    en: 'Two happy customers, one of whom recommends the shop to a friend.',
    ro: 'Doi clienți mulțumiți; unul recomandă magazinul unei prietene.',
  },
  voices: [
    {
      after: 1,
      turn: {
        text: {
          en: [
            'I came in with a torn bag and left with a mended one and a cup of tea. You are wonderful people!',
          ],
          ro: [
            'Am intrat cu o geantă ruptă și am plecat cu ea reparată și cu un ceai cald. Sunteți minunați!',
          ],
        },
        whenAnswered: [{ after: 4, favourite: true, follow: true }],
      },
    },
    {
      after: 5,
      turn: {
        text: {
          en: ['If anyone needs a gift: go to these people. Best advice in town. #shoplocal'],
          ro: [
            'Dacă aveți nevoie de un cadou: mergeți la ei. Cele mai bune sfaturi din oraș. #dinoraș',
          ],
        },
        whenAnswered: [
          {
            after: 6,
            favourite: true,
            turn: {
              text: {
                en: ['You earned it. May I share a photo of the wrapping?'],
                ro: ['Ați meritat. Pot să pun o fotografie cu ambalajul?'],
              },
              whenAnswered: [{ after: 4, favourite: true }],
            },
          },
        ],
      },
    },
  ],
}
