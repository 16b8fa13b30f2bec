import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, startBrowserWorld, watchConsole } from './browser-world.ts'
import { customerWrites, type Desk, openConversation, reply, rowOf, sitDown } from './steps.ts'

describe('the reply times of a business', () => {
  let world: BrowserWorld
  let desk: Desk
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    page = desk.page
    said = watchConsole(page)
    await customerWrites(world, 'Marek Novák', 'Do you deliver to Prague?')
    await rowOf(page, 'Marek Novák').waitFor()
  })
  afterAll(() => world.stop())

  it('are closed for a holiday, tried, and saved', async () => {
    await page.goto(`${world.url}/settings/reply-times`)
    await page.getByRole('button', { name: 'Change Opening hours' }).click()
    const dialog = page.getByRole('dialog')
    // Closed from the day before yesterday on, for a fortnight: whatever the day of the test.
    await dialog.getByRole('button', { name: 'Add a day off' }).click()
    await dialog.getByLabel('Name of the holiday').fill('Moving')
    const day = (away: number) =>
      new Date(Date.now() + away * 86_400_000).toISOString().slice(0, 10)
    await dialog.getByLabel('Moving: first day').fill(day(-2))
    await dialog.getByLabel('Moving: last day').fill(day(12))
    await dialog.getByRole('button', { name: 'Save the opening hours' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('1 holiday').waitFor()
    await page.getByLabel('Answer within', { exact: true }).fill('30')
    await page.getByLabel('Unit of “Answer within”').selectOption('open-minutes')
    await page.getByText('(30 min of opening hours)').waitFor()
    await page.getByText(/Of \d+ customers who wait now/).waitFor()
    await page.getByRole('button', { name: 'Save the reply times' }).click()
    await page.getByText('Saved. Everything that waits is counted anew.').last().waitFor()
  })

  it('show both clocks of a customer who waits while the shop is closed', async () => {
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Marek Novák')
      .getByText(/paused until/)
      .waitFor()
    await openConversation(page, 'Marek Novák')
    const clock = page.getByRole('region', { name: 'Reply time' })
    await clock.getByText('30 min of opening hours').waitFor()
    await clock.getByText('0 min of them').waitFor()
    await clock.getByText('closed now').waitFor()
    await page.getByText(/waiting \d+ min; 0 min of opening hours/).waitFor()
  })

  it('promise more by a rule, which a key makes hold', async () => {
    await page.goto(`${world.url}/settings/reply-times`)
    await page.getByRole('button', { name: 'New rule' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Severity').selectOption('urgent')
    await dialog.getByLabel('Answer within', { exact: true }).fill('2')
    await dialog.getByLabel('Day and night, whatever the opening hours').check()
    await dialog.getByRole('button', { name: 'Keep the rule' }).click()
    await page.getByText('Severity Urgent → 2 h, day and night').waitFor()
    await page.getByRole('button', { name: 'Save the reply times' }).click()
    await page.getByText('Saved. Everything that waits is counted anew.').last().waitFor()
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Marek Novák')
    await page.keyboard.press('s')
    await page.getByRole('menuitemcheckbox', { name: 'Urgent' }).press('Enter')
    const clock = page.getByRole('region', { name: 'Reply time' })
    await clock.getByText('Severity Urgent').waitFor()
    await rowOf(page, 'Marek Novák')
      .getByText(/due in 1 h/)
      .waitFor()
    await rowOf(page, 'Marek Novák').getByText('Urgent').waitFor()
  })

  it('stop when a person answers, with what both clocks read then', async () => {
    await reply(page, 'We do, twice a week. Ana')
    const clock = page.getByRole('region', { name: 'Reply time' })
    await clock.getByText('Last answer').waitFor({ timeout: 90_000 })
    await clock.getByText('in time; 0 min of opening hours').waitFor()
    expect(await clock.getByText('Waiting').count()).toBe(0)
    expect(said).toEqual([])
  })
})
