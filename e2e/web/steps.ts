import type { APIRequestContext, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { z } from 'zod'
import { NewFactor } from '../../contract/sign-in.ts'
import { type BrowserWorld, codeFor, owner } from './browser-world.ts'

export type Desk = {
  context: BrowserContext
  page: Page
  secret: string
  backupCodes: string[]
}

/** The owner at a desk with the practice network, set up by the API: first-run.test.ts walks the pages. */
export async function sitDown(world: BrowserWorld): Promise<Desk> {
  const { context, page } = await world.open({ viewport: { width: 1440, height: 900 } })
  const { business, name, email, password } = owner
  await ask(world, context.request, 'POST', '/api/v1/setup/owner', {
    ...{ business, name, email, password },
    ...{ timeZone: 'Europe/Bucharest', locale: 'en' },
  })
  const { secret, backupCodes } = await addFactor(world, context.request, password)
  await ask(world, context.request, 'PATCH', '/api/v1/workspace', {
    hours: { mon: [['09:00', '17:00']] },
  })
  await ask(world, context.request, 'POST', '/api/v1/practice', {})
  await page.goto(`${world.url}/inbox`)
  await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
  return { context, page, secret, backupCodes }
}

/** Sets up an authenticator app for whoever is signed in. */
export async function addFactor(world: BrowserWorld, request: APIRequestContext, password: string) {
  const enable = '/api/auth/two-factor/enable'
  const factor = NewFactor.parse(await ask(world, request, 'POST', enable, { password }))
  const secret = new URL(factor.totpUri).searchParams.get('secret') ?? ''
  await ask(world, request, 'POST', '/api/auth/two-factor/verify-totp', { code: codeFor(secret) })
  return { secret, backupCodes: factor.backupCodes }
}

/** Calls the API as the browser would, with its cookies. */
export async function ask(
  world: BrowserWorld,
  request: APIRequestContext,
  method: string,
  path: string,
  data?: unknown,
): Promise<unknown> {
  const answer = await request.fetch(`${world.url}${path}`, {
    method,
    headers: { origin: world.url },
    ...(data !== undefined && { data }),
  })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? null : answer.json()
}

type Said = {
  visibility?: 'public' | 'direct'
  spoiler?: string
  reply_to?: string
  photo?: string
  photo_description?: string
  language?: string
}

/** A customer of the practice network writes to the shop. @returns the post's id */
export async function customerWrites(
  world: BrowserWorld,
  name: string,
  text: string,
  more: Said = {},
): Promise<string> {
  const username = name.split(' ')[0]?.normalize('NFD').replace(/\P{L}/gu, '').toLowerCase() ?? ''
  const { people } = z
    .object({ people: z.array(z.string()) })
    .parse(await world.practice('GET', '/state'))
  if (!people.includes(username)) await world.practice('POST', '/people', { name, username })
  const post = await world.practice('POST', '/posts', {
    as: username,
    text: `@shop ${text}`,
    ...more,
  })
  return z.object({ id: z.string() }).parse(post).id
}

const Posts = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      spoiler: z.string(),
      deleted: z.boolean(),
      media: z.array(z.object({ description: z.string().nullable() })),
    }),
  ),
})

/** What stands on the network in the shop's name and says this, oldest first. */
export async function shopPosts(world: BrowserWorld, words: string) {
  const { items } = Posts.parse(await world.practice('GET', '/statuses?account=shop&limit=400'))
  return items.filter(({ text }) => text.includes(words))
}

/** Opens the newest conversation with somebody from the list. */
export async function openConversation(page: Page, name: string): Promise<void> {
  await rowOf(page, name).click()
  await page.getByRole('heading', { name, level: 2 }).waitFor()
  await replyBox(page).waitFor()
}

export function rowOf(page: Page, name: string) {
  return page.getByRole('region', { name: 'Conversations' }).getByRole('link', { name }).first()
}

export function replyBox(page: Page) {
  return page.getByRole('textbox', { name: /^Your reply to/ })
}

/** Waits until a field has these words. */
export async function holds(field: Locator, words: string): Promise<void> {
  await field.waitFor()
  await expect.poll(() => field.inputValue(), { timeout: 60_000 }).toBe(words)
}

/** Writes and hands over a reply, and waits until the server has it. */
export async function reply(page: Page, words: string): Promise<void> {
  await replyBox(page).fill(words)
  await page.getByRole('button', { name: /^(Reply publicly|Send privately)$/ }).click()
  await page
    .getByRole('article', { name: /^Reply by/ })
    .getByText(words)
    .waitFor()
}

/** Waits until the page shows that a reply of the given author stands on the network. */
export async function standsThere(page: Page, words: string): Promise<void> {
  await page
    .getByRole('article', { name: /^Message by/ })
    .filter({ hasText: words })
    .getByText('Stands on the practice network')
    .waitFor({ timeout: 90_000 })
}
