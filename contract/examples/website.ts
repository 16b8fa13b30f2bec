import { Visitor, WebsiteForm, WebsiteView } from '../website.ts'
import { example } from './example.ts'

export const websiteExamples = [
  example(Visitor, {
    name: 'Mara Ionescu',
    email: 'mara@example.com',
    emailVerifiedAt: '2026-11-22T09:00:00.000Z',
    seenAt: '2026-11-22T09:00:00.000Z',
    page: 'https://shop.example',
  }),
  example(WebsiteForm, {
    accent: '#0f766e',
    greeting: {
      en: 'Thank you, {name}!',
      ro: 'Mulțumim, {name}!',
    },
    languages: ['en'],
  }),
  example(WebsiteView, {
    accent: '#0f766e',
    greeting: {
      en: 'Thank you, {name}!',
      ro: 'Mulțumim, {name}!',
    },
    languages: ['en'],
    name: 'Mara Ionescu',
    page: 'https://shop.example',
    snippets: {
      script: 'script',
      link: 'https://parley.example/invitation#invite_3kQz7sT1',
      form: 'form',
    },
    can: {
      manage: false,
    },
  }),
]
