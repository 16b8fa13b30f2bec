import { GoLiveInput, RevertInput, Routing, RoutingDraft, Trial, TrialInput } from '../routing.ts'
import { example } from './example.ts'

export const routingExamples = [
  example(GoLiveInput, {
    rules: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Complaints',
        when: {
          channelIds: ['01a2031a-a044-7b5c-967d-7f80f24db8e5'],
          networks: ['mastodon'],
          languages: ['en'],
          words: {
            of: 'any',
            list: ['broken', 'refund'],
          },
          visibility: 'public',
          hasOpenConversation: true,
          openingHours: 'open',
        },
        give: {
          departmentId: '01a2031a-a011-7b5c-967d-7f80f24db8e5',
          assign: {
            to: 'member',
            memberId: '01a2031a-a022-7b5c-967d-7f80f24db8e5',
          },
          severity: 'urgent',
          state: 'open',
        },
        onReopen: false,
      },
    ],
    basedOn: 3,
  }),
  example(RevertInput, {
    to: 3,
    basedOn: 3,
  }),
  example(Routing, {
    live: {
      version: 3,
      rules: [
        {
          id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
          name: 'Complaints',
          when: {
            channelIds: ['01a2031a-a044-7b5c-967d-7f80f24db8e5'],
            networks: ['mastodon'],
            languages: ['en'],
            words: {
              of: 'any',
              list: ['broken', 'refund'],
            },
            visibility: 'public',
            hasOpenConversation: true,
            openingHours: 'open',
          },
          give: {
            departmentId: '01a2031a-a011-7b5c-967d-7f80f24db8e5',
            assign: {
              to: 'member',
              memberId: '01a2031a-a022-7b5c-967d-7f80f24db8e5',
            },
            severity: 'urgent',
            state: 'open',
          },
          onReopen: false,
        },
      ],
    },
    draft: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Complaints',
        when: {
          channelIds: ['01a2031a-a044-7b5c-967d-7f80f24db8e5'],
          networks: ['mastodon'],
          languages: ['en'],
          words: {
            of: 'any',
            list: ['broken', 'refund'],
          },
          visibility: 'public',
          hasOpenConversation: true,
          openingHours: 'open',
        },
        give: {
          departmentId: '01a2031a-a011-7b5c-967d-7f80f24db8e5',
          assign: {
            to: 'member',
            memberId: '01a2031a-a022-7b5c-967d-7f80f24db8e5',
          },
          severity: 'urgent',
          state: 'open',
        },
        onReopen: false,
      },
    ],
    draftTried: false,
    versions: [
      {
        version: 3,
        madeAt: '2026-11-22T09:00:00.000Z',
        madeByName: 'made by name',
        revertedTo: 3,
        ruleCount: 3,
      },
    ],
  }),
  example(RoutingDraft, {
    rules: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Complaints',
        when: {
          channelIds: ['01a2031a-a044-7b5c-967d-7f80f24db8e5'],
          networks: ['mastodon'],
          languages: ['en'],
          words: {
            of: 'any',
            list: ['broken', 'refund'],
          },
          visibility: 'public',
          hasOpenConversation: true,
          openingHours: 'open',
        },
        give: {
          departmentId: '01a2031a-a011-7b5c-967d-7f80f24db8e5',
          assign: {
            to: 'member',
            memberId: '01a2031a-a022-7b5c-967d-7f80f24db8e5',
          },
          severity: 'urgent',
          state: 'open',
        },
        onReopen: false,
      },
    ],
  }),
  example(Trial, {
    tried: 12,
    since: '2026-11-22T09:00:00.000Z',
    rules: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Complaints',
        caught: 3,
        changes: 3,
        samples: [
          {
            id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
            personName: 'person name',
            network: 'mastodon',
            words: 'When do you open?',
            createdAt: '2026-11-22T09:00:00.000Z',
            now: {
              department: 'Kitchen',
              assignee: 'assignee',
              severity: 'urgent',
            },
            would: {
              department: 'Kitchen',
              assignee: 'assignee',
              severity: 'urgent',
              turn: 'in-turn',
            },
            changes: false,
          },
        ],
      },
    ],
    uncaught: 3,
  }),
  example(TrialInput, {
    rules: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Complaints',
        when: {
          channelIds: ['01a2031a-a044-7b5c-967d-7f80f24db8e5'],
          networks: ['mastodon'],
          languages: ['en'],
          words: {
            of: 'any',
            list: ['broken', 'refund'],
          },
          visibility: 'public',
          hasOpenConversation: true,
          openingHours: 'open',
        },
        give: {
          departmentId: '01a2031a-a011-7b5c-967d-7f80f24db8e5',
          assign: {
            to: 'member',
            memberId: '01a2031a-a022-7b5c-967d-7f80f24db8e5',
          },
          severity: 'urgent',
          state: 'open',
        },
        onReopen: false,
      },
    ],
    last: 3,
  }),
]
