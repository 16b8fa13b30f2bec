import {
  Channel,
  ClientDocument,
  ClientKeys,
  ConnectChannel,
  ConsentBegun,
  Network,
  ReconnectChannel,
} from '../channels.ts'
import { example } from './example.ts'

export const channelsExamples = [
  example(Channel, {
    id: '01a20333-5649-7393-b5db-8fb5e77d86b6',
    network: 'mastodon',
    networkName: 'Mastodon',
    service: 'http://127.0.0.1:35609',
    handle: 'shop@127.0.0.1:35609',
    displayName: 'The Corner Shop',
    profileUrl: 'http://127.0.0.1:35609/@shop',
    state: 'attention',
    problem: {
      kind: 'scope-lost',
      detail: 'The access that was granted does not include reading notifications (read).',
      since: '2026-11-22T12:20:41.491Z',
    },
    limits: {
      public: {
        text: [
          {
            max: 500,
            unit: 'graphemes',
          },
        ],
        urlLength: 23,
        mentionsWithoutServer: true,
        countsContentWarning: true,
      },
      private: {
        text: [
          {
            max: 500,
            unit: 'graphemes',
          },
        ],
        urlLength: 23,
        mentionsWithoutServer: true,
        countsContentWarning: true,
      },
      media: {
        max: 4,
        imageBytes: 16777216,
        imageTypes: ['image/jpeg'],
        altText: 1500,
      },
      readAt: '2026-11-22T12:20:41.491Z',
    },
    abilities: {
      media: {
        can: true,
      },
      stream: {
        can: false,
        why: 'The access that was granted does not include reading notifications (read).',
        code: 'mastodon.no-read',
      },
      'alt-text': {
        can: true,
      },
      'follow-edits': {
        can: false,
        why: 'The access that was granted does not include reading notifications (read).',
        code: 'mastodon.no-read',
      },
      'reply-public': {
        can: true,
      },
      'reply-private': {
        can: true,
      },
      'receive-public': {
        can: false,
        why: 'The access that was granted does not include reading notifications (read).',
        code: 'mastodon.no-read',
      },
      'content-warning': {
        can: true,
      },
      'receive-private': {
        can: false,
        why: 'The access that was granted does not include reading notifications (read).',
        code: 'mastodon.no-read',
      },
      'follow-deletions': {
        can: false,
        why: 'The access that was granted does not include reading notifications (read).',
        code: 'mastodon.no-read',
      },
    },
    checkedAt: '2026-11-22T12:20:41.503Z',
    lastEventAt: '2026-11-22T12:20:38.738Z',
    arrival: 'asked',
    lastAnswerAt: '2026-11-22T12:20:40.745Z',
    practice: true,
    hookAddress: null,
    can: {
      manage: true,
    },
  }),
  example(ConnectChannel, {
    network: 'mastodon',
    fields: {
      server: 'x.example',
      token: '  ',
    },
  }),
  example(ConsentBegun, {
    address:
      'http://127.0.0.1:35439/oauth/authorize?response_type=code&client_id=jvgbH3KvAoJ5vckMymkYC-uSiGfqhIQ4m5196kVUXvc&redirect',
  }),
  example(Network, {
    network: 'mastodon',
    name: 'Mastodon',
    fields: [
      {
        name: 'server',
        secret: false,
        example: 'mastodon.social',
      },
    ],
    consent: {
      fields: ['server'],
      standing: 'lasting',
    },
  }),
  example(ReconnectChannel, {
    fields: {
      server: 'https://social.example',
      token: 'a-new-access-token',
    },
  }),
  example(ClientDocument, {
    client_id: 'https://parley.example/oauth/client-metadata.json',
    client_name: 'Parley',
    client_uri: 'https://parley.example',
    redirect_uris: ['https://parley.example/connect/return'],
    scope: 'atproto transition:generic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: 'https://parley.example/oauth/jwks.json',
    dpop_bound_access_tokens: true,
  }),
  example(ClientKeys, {
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        alg: 'ES256',
        use: 'sig',
        kid: 'k-2026',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      },
    ],
  }),
]
