import { FigureRows, Figures, FiguresCsv, MoveRows } from '../figures.ts'
import { example } from './example.ts'

export const figuresExamples = [
  example(FigureRows, {
    items: [
      {
        conversationId: '01a20334-7853-77d1-b1d3-d1900b8ad7d2',
        channelId: '01a20334-7683-7566-9c88-e06333d10e7c',
        customer: 'Priya',
        since: '2026-10-25T01:30:00.000Z',
        answeredAt: '2026-10-25T01:40:00.000Z',
        outcome: 'answered',
        elapsed: {
          calendar: 600000,
          business: 0,
        },
        gap: false,
      },
    ],
    next: 'WzE3OTI4Mjg4MDAwMDAsIjAxYTIwMzM0LTc3ZDYtNzMwYy1iZjQ1LThmZWI3N2NiZjBlMSJd',
  }),
  example(Figures, {
    from: '2026-10-19',
    to: '2026-10-25',
    timeZone: 'Europe/Bucharest',
    asOf: '2026-10-27T12:00:00.000Z',
    by: 'weekday',
    total: {
      waits: 6,
      answered: 4,
      waiting: 1,
      closed: 1,
      shareAnswered: 0.6666666666666666,
      calendar: {
        median: {
          ms: 10800000,
          moreThan: false,
          low: 7200000,
          high: null,
        },
        p90: {
          ms: 277200000,
          moreThan: true,
          low: null,
          high: null,
        },
      },
      business: {
        median: {
          ms: 7200000,
          moreThan: false,
          low: 1800000,
          high: null,
        },
        p90: {
          ms: 46800000,
          moreThan: true,
          low: null,
          high: null,
        },
      },
      small: true,
    },
    groups: [
      {
        key: 'mon',
        label: null,
        sample: {
          waits: 1,
          answered: 1,
          waiting: 0,
          closed: 0,
          shareAnswered: 1,
          calendar: {
            median: {
              ms: 7200000,
              moreThan: false,
              low: 7200000,
              high: 7200000,
            },
            p90: {
              ms: 7200000,
              moreThan: false,
              low: 7200000,
              high: 7200000,
            },
          },
          business: {
            median: {
              ms: 7200000,
              moreThan: false,
              low: 7200000,
              high: 7200000,
            },
            p90: {
              ms: 7200000,
              moreThan: false,
              low: 7200000,
              high: 7200000,
            },
          },
          small: true,
        },
      },
    ],
    curve: {
      calendar: [
        {
          at: 600000,
          waiting: 0.8333333333333334,
          low: 0.5826547938325457,
          high: 1,
        },
      ],
      business: [
        {
          at: 0,
          waiting: 0.8333333333333334,
          low: 0.5826547938325457,
          high: 1,
        },
      ],
    },
    coverage: {
      waits: 2,
      hours: Array.from({ length: 168 }, () => 0),
      blocks: [
        {
          day: 'sat',
          fromHour: 10,
          toHour: 12,
          waits: 2,
          share: 1,
          shareOfPart: 1,
        },
      ],
    },
    privateMoves: {
      moves: 3,
      wentOn: 2,
      reasons: [
        { reason: 'order', moves: 2, wentOn: 2 },
        { reason: 'health', moves: 1, wentOn: 0 },
      ],
    },
  }),
  example(MoveRows, {
    items: [
      {
        deliveryId: '01a20335-0a5b-7e64-9f65-0a8f2f6c3a11',
        conversationId: '01a20335-0a5b-7e64-9f65-0a8f2f6c3a12',
        channelId: '01a20335-0a5b-7e64-9f65-0a8f2f6c3a13',
        customer: 'Marek Novák',
        at: '2026-10-20T09:15:00.000Z',
        byName: 'Ana Pop',
        reason: 'order',
        words: '',
        placeHandle: 'shop@social.example',
        privateId: '01a20335-0a5b-7e64-9f65-0a8f2f6c3a14',
      },
    ],
    next: null,
  }),
  example(FiguresCsv, 'group,customer messages,answered,share answered\nall,42,40,0.952\n'),
]
