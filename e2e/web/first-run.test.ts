import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrowserWorld,
  findBarriers,
  setUpInBrowser,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'

describe('a newcomer', () => {
  let world: BrowserWorld
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    page = (await world.open()).page
    said = watchConsole(page)
  })
  afterAll(() => world.stop())

  it('is answering customers within three minutes of the first page', async () => {
    const begun = Date.now()
    await setUpInBrowser(page, world.url)
    await page
      .getByRole('link', { name: /Priya Nair/ })
      .first()
      .click()
    await page
      .getByRole('textbox', { name: 'Your reply to Priya Nair' })
      .fill('Yes, three are left. Ana')
    await page.getByRole('button', { name: 'Reply publicly' }).click()
    const reply = page.getByRole('article', { name: 'Message by Ana Pop' })
    await reply.getByRole('link', { name: /Open this message on/ }).waitFor({ timeout: 90_000 })
    expect(Date.now() - begun).toBeLessThan(180_000)
    const { items } = (await world.practice('GET', '/statuses?account=shop')) as {
      items: { text: string }[]
    }
    expect(items.filter(({ text }) => text.includes('Yes, three are left. Ana'))).toHaveLength(1)
  })

  it('meets no barrier that axe knows of', async () => {
    expect(await findBarriers(page)).toEqual([])
  })

  it('sees no error on the console', () => {
    expect(said).toEqual([])
  })
})
