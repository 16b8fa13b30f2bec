import type { Scenario } from './types.ts'

export const contentWarning: Scenario = {
  name: 'content-warning',
  title: { en: 'Behind a warning', ro: 'Cu avertisment' },
  about: {
    en: 'A post with a content warning, visible to followers only in its second part.',
    ro: 'O postare cu avertisment, a doua parte fiind doar pentru urmăritori.',
  },
  voices: [
    {
      after: 1,
      turn: {
        spoiler: {
          en: ['Food, something disgusting'],
          ro: ['Mâncare, ceva neplăcut'],
        },
        text: {
          en: ['I found a beetle in my jar of honey. I have kept it. What now?'],
          ro: ['Am găsit un gândac în borcanul de miere. L-am păstrat. Ce fac acum?'],
        },
        ifSilent: {
          after: 120,
          turn: {
            visibility: 'unlisted',
            text: { en: ['I am waiting.'], ro: ['Aștept.'] },
          },
        },
        whenAnswered: [
          {
            after: 6,
            turn: {
              visibility: 'private',
              spoiler: { en: ['The jar'], ro: ['Borcanul'] },
              text: {
                en: [
                  'The number on the lid is L2207. I would rather not show a picture to everyone.',
                ],
                ro: ['Numărul de pe capac este L2207. Aș prefera să nu arăt poza tuturor.'],
              },
              whenAnswered: [{ after: 5, favourite: true }],
            },
          },
        ],
      },
    },
  ],
}
