import type { Scenario } from './types.ts'

export const brokenProduct: Scenario = {
  name: 'broken-product',
  title: { en: 'It came in pieces', ro: 'A venit făcut bucăți' },
  about: {
    en: 'A broken mug with a photo, and a box that looks the same.',
    ro: 'O cană spartă, cu fotografie, și o cutie pe măsură.',
  },
  voices: [
    {
      after: 1,
      turn: {
        text: {
          en: ['This is how my mug arrived today. I was really looking forward to it.'],
          ro: ['Așa a ajuns cana mea astăzi. Chiar o așteptam cu drag.'],
        },
        photo: {
          name: 'brokenMug',
          description: {
            en: 'A blue mug, cracked, with pieces beside it',
            ro: 'O cană albastră crăpată, cu cioburi alături',
          },
        },
        ifSilent: {
          after: 120,
          turn: {
            text: {
              en: ['Should I send it back, or what happens now?'],
              ro: ['O trimit înapoi sau ce urmează?'],
            },
          },
        },
        whenAnswered: [
          {
            ifAsks: true,
            after: 6,
            turn: {
              text: {
                en: ['The box was crushed too. Here is a picture of it.'],
                ro: ['Și cutia era strivită. Iată o fotografie.'],
              },
              photo: {
                name: 'crushedBox',
                description: {
                  en: 'A parcel with a crushed corner',
                  ro: 'Un colet cu un colț strivit',
                },
              },
              whenAnswered: [
                {
                  after: 5,
                  favourite: true,
                  turn: {
                    text: {
                      en: ['A new one would make me very happy. Thanks!'],
                      ro: ['O cană nouă m-ar bucura mult. Mulțumesc!'],
                    },
                  },
                },
              ],
            },
          },
          {
            after: 6,
            favourite: true,
            turn: {
              text: {
                en: ['Thank you for the kind words. I will keep the pieces until I hear from you.'],
                ro: ['Mulțumesc pentru vorbele bune. Păstrez cioburile până îmi spuneți.'],
              },
            },
          },
        ],
      },
    },
  ],
}
