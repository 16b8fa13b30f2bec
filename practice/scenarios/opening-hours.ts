import type { Scenario } from './types.ts'

export const openingHours: Scenario = {
  name: 'opening-hours',
  title: { en: 'A private question', ro: 'O întrebare în privat' },
  about: {
    en: 'Somebody asks about opening hours by private message.',
    ro: 'Cineva întreabă despre program printr-un mesaj privat.',
  },
  voices: [
    {
      after: 1,
      turn: {
        visibility: 'direct',
        text: {
          en: ['Hello, are you open on Sunday? I am only in town for the weekend.'],
          ro: ['Bună ziua, aveți deschis duminică? Sunt în oraș doar în weekend.'],
        },
        ifSilent: {
          after: 90,
          turn: {
            visibility: 'direct',
            text: {
              en: ['Sorry to ask twice, my train leaves on Sunday at four.'],
              ro: ['Scuze că întreb din nou, trenul meu pleacă duminică la patru.'],
            },
          },
        },
        whenAnswered: [
          {
            ifSays: { en: ['closed', 'not open'], ro: ['închis', 'nu avem deschis'] },
            after: 5,
            turn: {
              visibility: 'direct',
              text: {
                en: ['What a pity. Do you send to Brașov?'],
                ro: ['Ce păcat. Trimiteți și la Brașov?'],
              },
              whenAnswered: [{ after: 4, favourite: true }],
            },
          },
          {
            after: 5,
            favourite: true,
            turn: {
              visibility: 'direct',
              text: {
                en: ['Perfect, thank you. And is there parking nearby?'],
                ro: ['Perfect, mulțumesc. Și e vreo parcare în apropiere?'],
              },
              whenAnswered: [{ after: 4, favourite: true }],
            },
          },
        ],
      },
    },
  ],
}
