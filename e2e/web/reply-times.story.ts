import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CalendarView, ReplyPolicyView } from '../../contract/clock.ts'
import { listOf } from '../../contract/http.ts'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { settled, sizes } from './pages.ts'
import {
  ask,
  customerWrites,
  type Desk,
  holds,
  openConversation,
  reply,
  rowOf,
  sitDown,
} from './steps.ts'

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
    await save(page)
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
    await page.getByText('Messages of severity “Urgent”: 2 hours, day and night').waitFor()
    await save(page)
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

  it('open on a holiday in hours of its own, which stay', async () => {
    await page.goto(`${world.url}/settings/reply-times`)
    await page.getByRole('button', { name: 'Change Opening hours' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Add a day off' }).click()
    await dialog.getByLabel('Name of the holiday').last().fill('Advent Sunday')
    await dialog.getByLabel('Advent Sunday: first day').fill('2026-12-20')
    const kind = dialog.getByLabel('Advent Sunday: on these days')
    await kind.selectOption('open in hours of its own')
    await dialog.getByLabel('Advent Sunday: until').fill('08:00')
    await dialog.getByText('The end must come after the beginning.').waitFor()
    const keep = dialog.getByRole('button', { name: 'Save the opening hours' })
    expect(await keep.isDisabled()).toBe(true)
    await dialog.getByLabel('Advent Sunday: until').fill('14:30')
    expect(await findBarriers(page)).toEqual([])
    await keep.click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('2 holidays').waitFor()
    const Calendars = listOf(CalendarView)
    const { items } = Calendars.parse(
      await ask(world, desk.context.request, 'GET', '/api/v1/calendars'),
    )
    expect(items[0]?.holidays[1]).toMatchObject({
      from: '2026-12-20',
      until: '2026-12-20',
      hours: [['09:00', '14:30']],
    })
    await page.getByRole('button', { name: 'Change Opening hours' }).click()
    await holds(dialog.getByLabel('Advent Sunday: until'), '14:30')
    await dialog.getByRole('button', { name: 'Leave it' }).click()
  })

  it('are promised to one customer, and show which rule wins as the order is changed by keys', async () => {
    await page.goto(`${world.url}/settings/reply-times`)
    await page.getByRole('button', { name: 'New rule' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Choose a customer' }).click()
    // Entered before they are found: Enter means these words, not who stood first until then.
    await dialog.locator('input:focus').fill('marek')
    await page.keyboard.press('Enter')
    const others = dialog.getByRole('button', { name: 'Not only Marek Novák' })
    await others.waitFor()
    expect(await others.evaluate((button) => button.ownerDocument.activeElement === button)).toBe(
      true,
    )
    await dialog.getByLabel('Answer within', { exact: true }).fill('1')
    await dialog.getByText('Messages from Marek Novák: 1 hour').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByLabel('Answer within', { exact: true }).press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Not saved yet').waitFor()
    const rules = page.getByRole('list', { name: 'Rules', exact: true }).getByRole('listitem')
    const [marek, urgent] = [/^1\.\s*Messages from Marek/, /^1\.\s*Messages of severity/]
    await expect.poll(() => rules.first().innerText()).toMatch(marek)

    const heading = page.getByRole('heading', { name: 'Try it' })
    const trial = page.locator('section').filter({ has: heading })
    await trial.getByText('No rule is about it: what holds for everybody decides.').waitFor()
    await trial.getByLabel('Severity').selectOption('urgent')
    await trial.getByRole('button', { name: 'Choose a customer' }).click()
    await trial.getByRole('button', { name: /Marek Novák/ }).click()
    const fitting = trial.getByRole('list', { name: 'Rules that fit, the strongest first' })
    const first = () => fitting.getByRole('listitem').first().innerText()
    await expect.poll(first, { timeout: 60_000 }).toMatch(/from Marek.*decides the reply time/s)

    await page.getByRole('button', { name: 'Move down: Who wrote' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(first, { timeout: 60_000 }).toMatch(/severity “Urgent”/)
    await expect.poll(() => rules.first().innerText()).toMatch(urgent)
    // The key can be pressed again where it is, down to the end of the list.
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.getByText('Who wrote (a rule about one customer): now number 4').waitFor()
    const up = page.getByRole('button', { name: 'Move up: Who wrote' })
    expect(await up.evaluate((button) => button.ownerDocument.activeElement === button)).toBe(true)
    expect(await findBarriers(page)).toEqual([])
  })

  it('give back a rule that was removed, and are kept as they were tried', async () => {
    await page.getByRole('button', { name: /^Remove: Messages from Marek/ }).click()
    await page.getByRole('list', { name: 'Removed' }).getByText('Messages from Marek').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Removed' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Remove: Messages of severity/ }).click()
    await save(page)
    await page.reload()
    await page.getByText('Messages from Marek Novák: 1 hour').waitFor()
    expect(await page.getByText('Messages of severity').count()).toBe(0)
    const path = '/api/v1/reply-policy'
    const { policy } = ReplyPolicyView.parse(await ask(world, desk.context.request, 'GET', path))
    expect(policy.precedence).toEqual(['severity', 'language', 'channel', 'person'])
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Marek Novák')
    const clock = page.getByRole('region', { name: 'Reply time' })
    await clock.getByText('This person').waitFor()
  })

  it('say in Romanian what a rule promises, and fit a phone', async () => {
    const ro = await world.open({
      viewport: sizes.small,
      locale: 'ro-RO',
      colorScheme: 'dark',
      storageState: await desk.context.storageState(),
    })
    await ro.page.addInitScript(`localStorage.setItem('parley.locale', 'ro')`)
    await ro.page.goto(`${world.url}/settings/reply-times`)
    await ro.page.getByText('Mesaje de la Marek Novák: 1 oră').waitFor()
    await settled(ro.page)
    const over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await ro.page.evaluate<number>(over)).toBe(0)
    expect(await findBarriers(ro.page)).toEqual([])
    await ro.context.close()
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

/** Saves, and waits until what is kept is what is shown: a notice may be of an earlier save. */
async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save the reply times' }).click()
  await page.getByText('Not saved yet').waitFor({ state: 'detached' })
}
