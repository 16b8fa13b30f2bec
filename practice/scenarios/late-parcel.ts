import type { Scenario } from './types.ts'

export const lateParcel: Scenario = {
  name: 'late-parcel',
  title: { en: 'A late parcel', ro: 'Un colet întârziat' },
  about: {
    en: 'One customer waits for a parcel and grows impatient without an answer.',
    ro: 'O clientă așteaptă un colet și își pierde răbdarea dacă nu primește răspuns.',
  },
  voices: [
    {
      after: 1,
      turn: {
        text: {
          en: [
            'I ordered nine days ago and the tracking has not moved since Monday. Order 31177. What is going on?',
            'Order 31177 was promised for last Friday. Any idea when it will really come?',
          ],
          ro: [
            'Am comandat acum nouă zile și urmărirea coletului nu s-a mai schimbat de luni. Comanda 31177. Ce se întâmplă?',
            'Comanda 31177 era promisă pentru vinerea trecută. Știți când ajunge cu adevărat?',
          ],
        },
        ifSilent: {
          after: 60,
          turn: {
            text: {
              en: ['Still no answer? I needed this for my daughter’s birthday tomorrow.'],
              ro: ['Tot niciun răspuns? Aveam nevoie de colet pentru ziua fetiței mele, mâine.'],
            },
            ifSilent: {
              after: 120,
              turn: {
                text: {
                  en: [
                    'That is it. I want my money back, and I will tell everyone how you treat people.',
                  ],
                  ro: [
                    'Gata. Îmi vreau banii înapoi și voi spune tuturor cum vă purtați cu oamenii.',
                  ],
                },
                whenAnswered: [
                  {
                    after: 8,
                    turn: {
                      text: {
                        en: ['At least somebody talks to me now. Please sort it out today.'],
                        ro: ['Măcar acum vorbește cineva cu mine. Vă rog să rezolvați astăzi.'],
                      },
                    },
                  },
                ],
              },
            },
            whenAnswered: [
              {
                after: 6,
                turn: {
                  text: {
                    en: ['All right. Please write to me as soon as you know more.'],
                    ro: ['Bine. Vă rog să îmi scrieți imediat ce aflați mai multe.'],
                  },
                },
              },
            ],
          },
        },
        whenAnswered: [
          {
            ifSays: {
              en: ['refund', 'money back', 'new one', 'send another'],
              ro: ['ramburs', 'banii înapoi', 'trimitem altul', 'alt colet'],
            },
            after: 6,
            favourite: true,
            turn: {
              text: {
                en: ['That is very decent of you, thank you.'],
                ro: ['Foarte frumos din partea dumneavoastră, mulțumesc.'],
              },
            },
          },
          {
            ifAsks: true,
            after: 7,
            turn: {
              text: {
                en: ['Yes, the address is the same as always. It was the tall lamp, in oak.'],
                ro: ['Da, adresa este aceeași ca de obicei. Era lampa înaltă, din stejar.'],
              },
              whenAnswered: [{ after: 5, favourite: true }],
            },
          },
          {
            after: 6,
            turn: {
              text: {
                en: ['Thank you for checking. And when will it be here?'],
                ro: ['Mulțumesc că ați verificat. Și când ajunge?'],
              },
              whenAnswered: [{ after: 5, favourite: true }],
            },
          },
        ],
      },
    },
  ],
}
