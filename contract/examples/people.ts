import {
  ApartInput,
  ConsentInput,
  Erased,
  EraseInput,
  ImportReport,
  MergeInput,
  MergeSuggestion,
  Person,
  PersonChange,
  PersonExport,
  PersonNoteInput,
  PersonSummary,
  UndoMergeInput,
  WinBackInput,
  WinBackMonth,
  WithdrawInput,
} from '../people.ts'
import { example } from './example.ts'

export const peopleExamples = [
  example(ApartInput, {
    firstId: '01a20336-580f-75da-90c4-da51545f6e41',
    secondId: '01a20336-5d2f-704d-903a-f2d984fd2fda',
  }),
  example(ConsentInput, {
    purpose: 'photo',
    how: 'by telephone',
    givenAt: '2026-11-20T10:00:00Z',
  }),
  example(EraseInput, {
    name: 'Mara Ionescu',
  }),
  example(Erased, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    conversations: 3,
    messages: 2,
  }),
  example(ImportReport, {
    dryRun: true,
    headers: ['Customer ID'],
    mapping: {
      'Customer ID': 'external-id',
      Name: 'name',
      'E-mail': 'email',
      Mastodon: 'handle:mastodon',
      Tags: 'tags',
      Consent: 'consent',
      'Consent date': 'consent-at',
    },
    rows: 7,
    created: 2,
    updated: 0,
    unchanged: 0,
    refused: [
      {
        line: 3,
        field: 'email',
        reason: 'is not an e-mail address',
      },
    ],
    refusedCount: 5,
    refusedCsv:
      '﻿Customer ID,Name,E-mail,Mastodon,Tags,Consent,Consent date,line,field,reason\n18,Irina,not an address,,,,,3,email,is not',
  }),
  example(MergeInput, {
    otherId: '01a20335-773b-744d-a127-c31bd3021471',
  }),
  example(MergeSuggestion, {
    first: {
      id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
      name: 'Mara Ionescu',
      networks: ['mastodon'],
    },
    second: {
      id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
      name: 'Mara Ionescu',
      networks: ['mastodon'],
    },
    score: 3,
    reasons: ['same-verified-email'],
  }),
  example(Person, {
    id: '01a20335-6fa0-7737-acf1-489c621bf202',
    name: 'MARIA',
    tags: ['vip'],
    externalId: null,
    createdAt: '2026-11-22T12:22:43.240Z',
    erasedAt: null,
    identities: [
      {
        id: '01a20335-6fa1-7468-8713-e4a023076459',
        network: 'town',
        handle: 'maria@town.example',
        name: 'MARIA',
        profileUrl: null,
      },
    ],
    contacts: [],
    notes: [
      {
        id: '01a20335-730c-768a-97ad-ec8b859861fe',
        text: 'a note on maria',
        authorName: 'Olga 1',
        createdAt: '2026-06-01T16:20:00.000Z',
      },
    ],
    consents: [
      {
        id: '01a20335-7411-77cd-9ab4-693abe496ba9',
        purpose: 'news',
        how: 'asked in the shop',
        givenAt: '2026-06-01T16:20:00.000Z',
        recordedBy: 'Olga 1',
        withdrawnAt: null,
        withdrawnHow: null,
      },
    ],
    winBacks: [
      {
        id: '01a20335-7589-7303-a139-2354f503068f',
        state: 'unhappy',
        beganAt: '2026-06-01T16:20:00.000Z',
        conversationId: '01a20335-6fcd-7305-8c75-0da6409e548a',
        steps: [
          {
            state: 'unhappy',
            at: '2026-06-01T16:20:00.000Z',
            by: 'Olga 1',
          },
        ],
      },
    ],
    conversations: [
      {
        id: '01a20335-6fcd-7305-8c75-0da6409e548a',
        network: 'town',
        preview: 'words of m1',
        state: 'new',
        lastMessageAt: '2026-06-01T08:01:00.000Z',
        messageCount: 1,
      },
    ],
    merges: [
      {
        id: '01a20335-8011-7449-98a3-3e43bc919b45',
        name: 'MARIKA',
        at: '2026-06-01T16:20:00.000Z',
        by: 'Olga 1',
        undoneAt: '2026-06-01T16:20:00.000Z',
        canUndo: false,
      },
    ],
    suggestions: [],
    can: {
      note: true,
      merge: true,
      manage: true,
    },
  }),
  example(PersonChange, {
    name: 'Nina P.',
    tags: ['a', 'a', 'b'],
  }),
  example(PersonNoteInput, {
    text: 'likes rye',
  }),
  example(PersonSummary, {
    id: '01a20335-6fa0-7737-acf1-489c621bf202',
    name: 'MARIA',
    tags: ['vip'],
    identities: [
      {
        network: 'town',
        handle: 'maria@town.example',
      },
    ],
    conversations: 1,
    lastMessageAt: '2026-06-01T08:01:00.000Z',
    winBack: 'unhappy',
    erased: false,
  }),
  example(UndoMergeInput, {
    mergeId: '01a20335-8011-7449-98a3-3e43bc919b45',
  }),
  example(WinBackInput, {
    state: 'unhappy',
    conversationId: '01a20335-6fcd-7305-8c75-0da6409e548a',
  }),
  example(WinBackMonth, {
    month: '2026-06',
    unhappy: 1,
    answered: 0,
    mended: 0,
    total: 2,
    cameBack: 1,
    shareCameBack: 0.5,
  }),
  example(WithdrawInput, {
    consentId: '01a20336-88eb-7361-bdf3-b0f8a76ccbab',
    how: 'by telephone',
  }),
  example(PersonExport, {
    person: {
      id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
      name: 'Mara Ionescu',
    },
    identities: [
      {
        network: 'mastodon',
        handle: 'mara@social.example',
      },
    ],
  }),
]
