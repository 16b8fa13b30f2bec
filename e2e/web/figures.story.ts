import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
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

  it('count who was moved to private by reason, open the moves, and come as CSV', async () => {
    await page.goto(`${world.url}/figures`)
    await page.getByRole('heading', { name: 'Nobody was moved to private' }).waitFor()
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Priya Nair')
    await page.getByRole('button', { name: 'Hand over, snooze, merge' }).click()
    await page.getByRole('menuitem', { name: 'Move to private…' }).click()
    const moving = page.getByRole('dialog', { name: 'Move to private' })
    await moving.getByLabel('Why not in public?').selectOption('Health')
    await moving.getByRole('button', { name: 'Reply publicly' }).click()
    await page.getByText(/Ana Pop moved it to private/).waitFor()
    const table = page.getByRole('table', { name: 'Moves to private by reason' })
    const health = table.getByRole('row', { name: /^Health/ })
    await expect
      .poll(
        async () => {
          await page.goto(`${world.url}/figures`)
          await page.getByRole('heading', { name: /private/ }).waitFor()
          return health.count()
        },
        { timeout: 90_000, interval: 1000 },
      )
      .toBe(1)
    await page.getByRole('heading', { name: '1 move to private' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await health.getByRole('link').click()
    const dialog = page.getByRole('dialog', { name: 'Moved to private, Health' })
    await dialog.getByText('They have not written there yet.').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('link', { name: 'Open the public one with Priya Nair' }).click()
    await page.getByRole('heading', { name: 'Priya Nair', level: 2 }).waitFor()
    await page.goBack()
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download CSV' }).last().click()
    const text = await readFile(await (await waiting).path(), 'utf8')
    expect(text).toBe('reason,moved_to_private,went_on_in_private\r\nall,1,0\r\nhealth,1,0\r\n')
  })

  it('say what will be here when nobody wrote', async () => {
    await page.goto(`${world.url}/figures?from=2020-01-01&to=2020-01-31`)
    await page.getByText('Nobody wrote in these days').waitFor()
    expect(said).toEqual([])
  })
})
