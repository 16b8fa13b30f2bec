import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { type DiscordEmulator, startDiscordEmulator } from '../discord-emulator/emulator.ts'
import { type BrowserWorld, findBarriers, startBrowserWorld } from './browser-world.ts'
import { settled, sizes } from './pages.ts'
import { ask, type Desk, sitDown } from './steps.ts'

describe('what each account can do', () => {
  let world: BrowserWorld
  let network: DiscordEmulator
  let desk: Desk
  let page: Page
  let account = ''

  beforeAll(async () => {
    world = await startBrowserWorld()
    network = await startDiscordEmulator()
    network.town.flags = 0
    await world.allow(network.url)
    desk = await sitDown(world)
    page = desk.page
    const fields = { botToken: network.token, server: network.url }
    // The operator allowed the server a moment ago, and the program looks every few seconds.
    account = await vi.waitFor(
      async () => {
        const body = { network: 'discord', fields }
        const made = await ask(world, desk.context.request, 'POST', '/api/v1/channels', body)
        return z.object({ id: z.string() }).parse(made).id
      },
      { timeout: 60_000, interval: 500 },
    )
  })
  afterAll(async () => {
    await world.stop()
    await network.close()
  })

  it('is read from the account’s card: what works, what does not, why, and what helps', async () => {
    await page.goto(`${world.url}/settings/channels?channel=${account}`)
    await page
      .getByRole('link', { name: /All about this account/ })
      .first()
      .waitFor()
    await page.goto(`${world.url}/settings/channels/${account}`)
    await page.getByRole('heading', { name: 'What @corner-shop#4471 can do' }).waitFor()
    const unnamed = page.getByRole('listitem').filter({ hasText: 'Receive what does not name you' })
    await unnamed.getByRole('img', { name: 'Cannot be done' }).waitFor()
    expect(await unnamed.innerText()).toMatch(/What helps: Switch on Message Content Intent/)
    const pictures = page.getByRole('listitem').filter({ hasText: 'Send pictures' })
    await pictures.getByRole('img', { name: 'Can be done' }).waitFor()
    const text = await page.getByRole('main').innerText()
    expect(text).toContain('Discord tells us at once')
    expect(text).toContain('2,000 characters; most emoji count as two')
    expect(text).toMatch(/limits, as they were on 20 November 2026/)
  })

  it('stands side by side for all accounts on a desk, and in cards on a phone', async () => {
    await page.goto(`${world.url}/settings/channels`)
    await page.getByRole('link', { name: 'What each account can do, side by side' }).click()
    const table = page.getByRole('table', { name: 'What each account can do' })
    await table.getByRole('columnheader', { name: /@corner-shop#4471/ }).waitFor()
    expect(await table.getByRole('columnheader').count()).toBe(2)
    const row = table.getByRole('row', { name: /content warning/i })
    expect(await row.getByRole('img', { name: 'Can be done' }).count()).toBe(1)
    expect(await row.getByRole('img', { name: 'Cannot be done' }).count()).toBe(1)
    await page.setViewportSize(sizes.phone)
    await table.waitFor({ state: 'hidden' })
    const card = page.getByRole('listitem').filter({ hasText: 'Does not work' }).first()
    await card.getByText('Parley answers and never writes first').waitFor()
    await page
      .getByRole('link', { name: /@corner-shop#4471/ })
      .last()
      .click()
    await page.getByRole('heading', { name: 'What @corner-shop#4471 can do' }).waitFor()
    await page.setViewportSize(sizes.desk)
  })

  it('offers signing in on Bluesky’s own page first, says how long that lasts, and the other way', async () => {
    await page.goto(`${world.url}/settings/channels?connect=bluesky`)
    const dialog = page.getByRole('dialog', { name: 'Connect an account' })
    await dialog.getByText('ends by itself after two weeks at most').waitFor()
    const handle = dialog.getByRole('textbox', { name: 'Handle, or address of the server' })
    await handle.fill('shop@mail.example')
    await dialog.getByRole('button', { name: 'Sign in on Bluesky' }).click()
    await dialog.getByText('not an e-mail address').waitFor()
    const found: string[] = []
    for (const [size, colorScheme] of [
      [sizes.desk, 'light'],
      [sizes.phone, 'dark'],
      [sizes.small, 'light'],
    ] as const) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      found.push(...(await findBarriers(page)))
    }
    await page.setViewportSize(sizes.desk)
    expect(found).toEqual([])
    await dialog.getByRole('button', { name: 'Use an app password instead' }).click()
    await dialog.getByLabel('App password').waitFor()
    await dialog.getByRole('button', { name: 'Sign in on its own page instead' }).click()
    await handle.waitFor()
  })

  it.each(['', '/compare'])(
    'meets no barrier on %s, on a desk, a phone and at 320 px',
    async (which) => {
      await page.goto(`${world.url}/settings/channels${which === '' ? `/${account}` : which}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await settled(page)
      const found: string[] = []
      for (const [size, colorScheme] of [
        [sizes.desk, 'light'],
        [sizes.phone, 'dark'],
        [sizes.small, 'light'],
      ] as const) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme })
        found.push(...(await findBarriers(page)))
        const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
        if (wide) found.push(`scrolls sideways at ${size.width}`)
      }
      await page.setViewportSize(sizes.desk)
      expect(found).toEqual([])
    },
  )

  it('says its reasons in Romanian to who reads Romanian', async () => {
    await page.evaluate('localStorage.setItem("parley.locale", "ro")')
    await page.goto(`${world.url}/settings/channels/${account}`)
    await page.getByRole('heading', { name: 'Ce poate @corner-shop#4471' }).waitFor()
    const text = await page.getByRole('main').innerText()
    expect(text).toContain('Discord îi arată acestui bot doar mesajele care îl numesc')
    expect(text).toContain('2.000 de caractere')
    expect(text).not.toMatch(/\b(what|cannot|reply|news)\b/i)
    await page.evaluate('localStorage.setItem("parley.locale", "en")')
  })
})
