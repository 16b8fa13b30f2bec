import { expect, it } from 'vitest'
import { atHandle } from './handles.ts'

it('writes one @ before a name, and none before an address', () => {
  expect(atHandle({ network: 'mastodon', handle: '@ana@town.example' })).toBe('@ana@town.example')
  expect(atHandle({ network: 'bluesky', handle: 'ana.bsky.social' })).toBe('@ana.bsky.social')
  expect(atHandle({ network: 'email', handle: 'hello@bakery.example' })).toBe(
    'hello@bakery.example',
  )
  expect(atHandle({ network: 'website', handle: 'bakery.example' })).toBe('bakery.example')
  expect(atHandle({ network: 'feed', handle: 'news.example' })).toBe('news.example')
})
