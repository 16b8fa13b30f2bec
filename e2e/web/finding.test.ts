import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts'
import {
  customerWrites,
  type Desk,
  openConversation,
  replyBox,
  rowOf,
  shopPosts,
  sitDown,
} from './steps.ts'

const KILOBYTE = 1000
const dist = fileURLToPath(new URL('../../web/dist', import.meta.url))

describe('finding one’s way', () => {
  let world: BrowserWorld
  let desk: Desk
  let page: Page

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    page = desk.page
    await customerWrites(world, 'Ioana Ștefănescu', 'Când ajunge coletul?')
    await customerWrites(world, 'Marek Novák', 'Do you deliver to Prague?')
    await rowOf(page, 'Marek Novák').waitFor()
    await rowOf(page, 'Ioana Ștefănescu').waitFor()
  })
  afterAll(() => world.stop())

  it('loads the inbox with less than 200 kB of compressed script, and the pane beside it with 25 more', async () => {
    const { page: fresh, context } = await world.open({
      storageState: await desk.context.storageState(),
    })
    await fresh.goto(`${world.url}/inbox`)
    await rowOf(fresh, 'Marek Novák').waitFor()
    await openConversation(fresh, 'Marek Novák')
    const scripts = await scriptBytes(fresh)
    await context.close()
    const all = sum(scripts.values())
    // The pane is loaded while the list is being looked at already.
    const first = sum(
      [...scripts].filter(([path]) => !path.includes('pane')).map(([, size]) => size),
    )
    expect(first).toBeGreaterThan(100 * KILOBYTE)
    expect(first).toBeLessThan(200 * KILOBYTE)
    expect(all).toBeLessThan(225 * KILOBYTE)
  })

  it('goes through the list, writes, notes, assigns and finishes with keys alone', async () => {
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Marek Novák').waitFor()
    const names = await page.locator('section[aria-label=Conversations] a[href*="/inbox/"]').count()
    expect(names).toBeGreaterThan(2)
    const heading = page.getByRole('region', { name: 'Conversation', exact: true }).locator('h2')
    await page.keyboard.press('j')
    const first = await heading.innerText()
    await page.keyboard.press('j')
    await expect.poll(() => heading.innerText(), { timeout: 60_000 }).not.toBe(first)
    await page.keyboard.press('k')
    await expect.poll(() => heading.innerText(), { timeout: 60_000 }).toBe(first)

    await replyBox(page).waitFor()
    await page.keyboard.press('r')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('Yes, gladly. Ana')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('article', { name: /^Reply by/ }).waitFor()
    await page.keyboard.press('Escape')

    await page.keyboard.press('n')
    await page.locator('textarea[aria-label="Internal note"]:focus').waitFor()
    await page.keyboard.type('Said yes.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('article', { name: /^Note by/ }).waitFor()
    await replyBox(page).waitFor()

    await page.keyboard.press('a')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Held by Ana Pop' }).waitFor()
    await page.keyboard.press('e')
    await expect.poll(() => heading.innerText(), { timeout: 60_000 }).not.toBe(first)
    await rowOf(page, first).waitFor({ state: 'detached' })

    await page.keyboard.press('/')
    await page.locator('input[type=search]:focus').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Next conversation').waitFor()
    await page.keyboard.press('Escape')
    await expect
      .poll(async () => (await shopPosts(world, 'Yes, gladly. Ana')).length, { timeout: 60_000 })
      .toBe(1)
  })

  it('does from the palette what any button does, and finds a customer without diacritics', async () => {
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Marek Novák')
    const palette = page.getByRole('dialog', { name: 'Find and do anything' })
    const choose = async (words: string) => {
      await page.keyboard.press('Control+k')
      await palette.getByRole('combobox').fill(words)
      await palette.getByRole('option', { name: words }).first().waitFor()
      await page.keyboard.press('Enter')
      await palette.waitFor({ state: 'detached' })
    }
    await choose('Take it myself')
    await page.getByRole('button', { name: 'Held by Ana Pop' }).waitFor()
    await choose('State: Waiting for a colleague')
    await page.getByRole('button', { name: 'State: Waiting for a colleague' }).waitFor()
    await choose('Settings: API keys')
    await page.waitForURL('**/settings/keys')
    await choose('Go to Today')
    await page.waitForURL('**/today')
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill('stefanescu')
    await palette.getByRole('option', { name: /Ioana Ștefănescu/ }).click()
    await page.getByRole('heading', { name: 'Ioana Ștefănescu' }).waitFor()
  })

  it('finds words with or without their diacritics', async () => {
    await page.goto(`${world.url}/inbox`)
    const search = page.getByRole('searchbox', { name: 'Search conversations' })
    for (const words of ['cand ajunge', 'CÂND AJUNGE', 'Ștefănescu', 'stefanescu']) {
      await search.fill(words)
      await rowOf(page, 'Marek Novák').waitFor({ state: 'detached' })
      await rowOf(page, 'Ioana Ștefănescu').waitFor()
    }
    await search.fill('nobody ever said this')
    await rowOf(page, 'Ioana Ștefănescu').waitFor({ state: 'detached' })
  })

  it('keeps view, search and conversation in the address: a pasted link opens the same, back goes back', async () => {
    await page.goto(`${world.url}/inbox`)
    const views = page.getByRole('navigation', { name: 'Views' })
    await views.getByRole('link', { name: /^Mine/ }).click()
    await page.waitForURL(/view=mine/)
    await openConversation(page, 'Marek Novák')
    const address = page.url()
    expect(address).toMatch(/\/inbox\/[0-9a-f-]{36}\?view=mine$/)

    const other = await world.open({ storageState: await desk.context.storageState() })
    await other.page.goto(address)
    await other.page.getByRole('heading', { name: 'Marek Novák', level: 2 }).waitFor()
    const mine = other.page.getByRole('link', { name: /^Mine/ })
    expect(await mine.getAttribute('aria-current')).toBe('page')
    await other.context.close()

    await page.goBack()
    await page.getByText('Choose a conversation').waitFor()
    expect(page.url()).toMatch(/view=mine/)
    await page.goBack()
    await rowOf(page, 'Ioana Ștefănescu').waitFor()
  })
})

/** Bytes of each script that the page has loaded, compressed. */
async function scriptBytes(page: Page): Promise<Map<string, number>> {
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith('.js')),
  )
  return new Map(
    scripts.map((path) => [path, gzipSync(readFileSync(`${dist}${path}`)).length] as const),
  )
}

function sum(sizes: Iterable<number>): number {
  return [...sizes].reduce((total, each) => total + each, 0)
}
