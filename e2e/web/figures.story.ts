import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, startBrowserWorld, watchConsole } from './browser-world.ts'
import { customerWrites, openConversation, reply, rowOf, sitDown, standsThere } from './steps.ts'

describe('the figures', () => {
  let world: BrowserWorld
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    page = (await sitDown(world)).page
    said = watchConsole(page)
    await customerWrites(world, 'Marek Novák', 'Do you deliver to Prague?')
    await rowOf(page, 'Marek Novák').waitFor()
    await openConversation(page, 'Marek Novák')
    await reply(page, 'We do, twice a week. Ana')
    await standsThere(page, 'We do, twice a week.')
  })
  afterAll(() => world.stop())

  it('count who was answered of all who wrote, and say what is few', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Figures' }).click()
    await page.getByRole('heading', { name: 'Figures', level: 1 }).waitFor()
    await page.getByText(/^1 of \d+ who wrote$/).waitFor()
    await page.getByText(/^Few waits/).waitFor()
    await page.getByRole('heading', { name: /^Half of those who write wait / }).waitFor()
  })

  it('open the rows behind a number, which lead into the conversation and back', async () => {
    await page.getByRole('link', { name: /^Answered: / }).click()
    const dialog = page.getByRole('dialog')
    const row = dialog.getByRole('link', { name: /Marek Novák/ })
    await row.waitFor()
    expect(await dialog.getByRole('listitem').count()).toBe(1)
    await row.click()
    await page.getByRole('heading', { name: 'Marek Novák', level: 2 }).waitFor()
    await page.goBack()
    await row.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('rows=')
  })

  it('are grouped by account in a table whose numbers open their rows, and come as CSV', async () => {
    await page.getByLabel('Group by').selectOption('channel')
    const table = page.getByRole('region', { name: 'All groups' })
    const wrote = Number(await table.getByRole('row').nth(1).getByRole('link').first().innerText())
    await table.getByRole('row').nth(1).getByRole('link').first().click()
    const rows = page.getByRole('dialog').getByRole('listitem')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(wrote)
    await page.keyboard.press('Escape')
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download CSV' }).click()
    const text = await readFile(await (await waiting).path(), 'utf8')
    expect(text.split('\r\n')[2]).toMatch(new RegExp(`^channel,[0-9a-f-]{36},.+,${wrote},1,`))
    await page.getByLabel('Clock').selectOption('business')
    await page.waitForURL(/by=channel&clock=business/)
  })

  it('say what will be here when nobody wrote', async () => {
    await page.goto(`${world.url}/figures?from=2020-01-01&to=2020-01-31`)
    await page.getByText('Nobody wrote in these days').waitFor()
    expect(said).toEqual([])
  })
})
