import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type BrowserWorld, findBarriers, startBrowserWorld } from './browser-world.ts'
import {
  customerWrites,
  type Desk,
  openConversation,
  reply,
  rowOf,
  shopPosts,
  sitDown,
  standsThere,
} from './steps.ts'

describe('when the network gives trouble', () => {
  let world: BrowserWorld
  let desk: Desk
  let page: Page
  let question = ''

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    page = desk.page
    await customerWrites(world, 'Radu Ene', 'Is the blue lamp back?')
    await customerWrites(world, 'Vera Lupu', 'Where is my parcel?')
    question = await customerWrites(world, 'Sorin Pavel', 'Do you have gift wrap?')
    for (const name of ['Radu Ene', 'Vera Lupu', 'Sorin Pavel']) await rowOf(page, name).waitFor()
  })
  afterAll(() => world.stop())

  it('says that it looks for a reply when the connection broke while it was sent', async () => {
    // A server that knows no keys, and the connection breaks while it takes the post.
    await world.practice('PUT', '/mode', { preset: 'snac' })
    await world.practice('POST', '/faults', { kind: 'late-apply', times: 1, ms: 600_000 })
    await openInbox(world, page, 'Vera Lupu')
    await reply(page, 'It left on Monday. Ana')
    const waiting = page.getByRole('article', {
      name: /Looking whether it stands on the practice network/,
    })
    await waiting.waitFor({ timeout: 60_000 })
  })

  it('says why the network refused a reply, and what can be done', async () => {
    await openInbox(world, page, 'Sorin Pavel')
    await reply(page, 'We do, for free. Ana')
    await world.practice('DELETE', `/posts/${question}`)
    const refused = page.getByRole('article', { name: /Not sent/ })
    await refused.waitFor({ timeout: 60_000 })
    expect(await refused.innerText()).toContain('404')
    const asked = page.waitForResponse((answer) => answer.url().endsWith('/retry'))
    await refused.getByRole('button', { name: 'Send it again' }).click()
    expect((await asked).status()).toBe(200)
    await refused.waitFor({ timeout: 60_000 })
    expect(await shopPosts(world, 'We do, for free. Ana')).toEqual([])
  })

  it('leaves what it could not find to a person, and does what the person decides', async () => {
    await openInbox(world, page, 'Vera Lupu')
    const decide = page.getByRole('button', { name: 'Look and decide' })
    await decide.waitFor({ timeout: 100_000 })
    await page
      .getByRole('article', { name: /We do not know whether it stands/ })
      .getByText('It is not sent again by itself')
      .waitFor()
    await decide.click()
    const dialog = page.getByRole('dialog', { name: /Does this reply stand/ })
    await dialog.getByText('We looked and found no post that can be this reply.').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('button', { name: 'It is not there: send it again' }).click()
    await standsThere(page, 'It left on Monday. Ana')
    expect(await shopPosts(world, 'It left on Monday. Ana')).toHaveLength(1)
    await world.practice('PUT', '/mode', { preset: 'mastodon' })
  })

  it('says in plain words that an account is locked out, and a held reply leaves by itself once it is mended', async () => {
    await world.practice('POST', '/faults', { kind: 'expired-token' })
    await openConversation(page, 'Radu Ene')
    await reply(page, 'It is back. Ana')
    await page.getByText(/no longer lets us in as/).waitFor({ timeout: 60_000 })
    await page.getByRole('article', { name: /Held back/ }).waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: 'Connect the account again' }).click()
    await page.getByRole('button', { name: 'Connect again' }).waitFor()
    await world.practice('DELETE', '/faults')
    await reconnect(world, page)
    await page.getByText('It is connected again.').waitFor()
    await page.getByText(/no longer lets us in as/).waitFor({ state: 'detached' })
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Radu Ene')
    await standsThere(page, 'It is back. Ana')
    expect(await shopPosts(world, 'It is back. Ana')).toHaveLength(1)
  })

  it('connects an account on the network’s own page, and says so when the answer there is no', async () => {
    await page.goto(`${world.url}/settings/channels`)
    await page.getByRole('button', { name: 'Connect an account' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Mastodon' }).click()
    await page.getByLabel('Server').fill(world.practiceUrl)
    await page.getByRole('button', { name: 'Sign in on Mastodon' }).click()
    await page.locator('button[name=answer][value=no]').click()
    await page.waitForURL(/\/settings\/channels/)
    await page.getByRole('alert').first().waitFor()
    await page.goto(`${world.url}/settings/channels`)
    await page.getByRole('button', { name: 'Connect an account' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Mastodon' }).click()
    await page.getByLabel('Server').fill(world.practiceUrl)
    await page.getByRole('button', { name: 'Sign in on Mastodon' }).click()
    await page.locator('button[name=answer][value=yes]').click()
    await page.getByText(/is connected\./).waitFor()
  })
})

async function openInbox(world: BrowserWorld, page: Page, name: string): Promise<void> {
  await page.goto(`${world.url}/inbox`)
  await openConversation(page, name)
}

/** Lets the account in again with a new token, as its owner would make one on the server. */
async function reconnect(world: BrowserWorld, page: Page): Promise<void> {
  const { token } = z
    .object({ token: z.string() })
    .parse(await world.practice('POST', '/tokens', { scopes: 'read write' }))
  await page.getByRole('button', { name: 'Connect again' }).click()
  await page.getByRole('button', { name: 'Paste an access token instead' }).click()
  await page.getByLabel('Access token').fill(token)
  await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click()
}
