import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { settled } from './pages.ts'
import { ask, customerWrites, type Desk, openConversation, rowOf, sitDown } from './steps.ts'

describe('a team in one inbox', () => {
  let world: BrowserWorld
  let desk: Desk
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    page = desk.page
    said = watchConsole(page)
  })
  afterAll(() => world.stop())

  it('makes a department', async () => {
    await page.goto(`${world.url}/settings/departments`)
    await page.getByText('No departments yet').waitFor()
    await page.getByRole('button', { name: 'New department' }).click()
    await page.getByLabel('Name of the department').fill('Returns')
    await page.getByLabel('Ana Pop').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Returns' }).getByText('Ana Pop').waitFor()
  })

  it('hands a conversation over with a note that is pinned, takes it back, and takes it on', async () => {
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Priya Nair')
    await page.getByRole('heading', { name: 'Priya Nair', level: 2 }).click()
    await page.keyboard.press('h')
    await page.getByLabel('Department').selectOption('Returns')
    await page.getByLabel('What should they know?').fill('She had the same last year.')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click()
    const pinned = page.getByRole('region', { name: 'Hand-over note' })
    await pinned.getByText('She had the same last year.').waitFor()
    await page.getByRole('button', { name: 'State: Waiting for a colleague' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await pinned.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'State: New' }).waitFor()
    await page.getByRole('heading', { name: 'Priya Nair', level: 2 }).click()
    await page.keyboard.press('h')
    await page.getByLabel('Department').selectOption('Returns')
    await page.getByLabel('What should they know?').fill('Please call her.')
    await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click()
    await pinned.getByRole('button', { name: 'Take it', exact: true }).click()
    await page.getByRole('button', { name: 'Held by Ana Pop' }).waitFor()
    await pinned.getByRole('button', { name: 'Read, unpin it' }).click()
    await pinned.waitFor({ state: 'detached' })
    await page.getByRole('article', { name: 'Note by Ana Pop' }).getByText('call her').waitFor()
  })

  it('saves a list as a view with an address of its own, and removes it with undo', async () => {
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Priya Nair').waitFor()
    await page.getByRole('button', { name: 'More views' }).click()
    await page.getByRole('menuitemcheckbox', { name: /Returns 1/ }).click()
    await page.waitForURL(/department=/)
    const address = page.url()
    await page.getByRole('button', { name: 'More views' }).click()
    await page.getByRole('menuitem', { name: 'Save this list as a view' }).click()
    await page.getByLabel('Name of the view').fill('What came back')
    await page.getByRole('button', { name: 'Save the view' }).click()
    await page.getByText('The view What came back is kept.').waitFor()
    await page.goto(`${world.url}/inbox`)
    await page.getByRole('button', { name: 'More views' }).click()
    await page.getByRole('menuitemcheckbox', { name: /What came back 1/ }).click()
    await page.waitForURL(address)
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/What do you want to do/).fill('edit saved')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove the view What came back' }).click()
    await page.getByText('No view is saved.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'More views' }).click()
    await page.getByRole('menuitemcheckbox', { name: /What came back/ }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('snoozes a conversation, which the customer’s next words bring back', async () => {
    const first = await customerWrites(world, 'Mihai Stan', 'I will send the number later.')
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Mihai Stan')
    await page.getByRole('heading', { name: 'Mihai Stan', level: 2 }).click()
    await page.keyboard.press('z')
    await page.getByText(/The reply clock goes on/).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: /^Tomorrow/ }).click()
    await rowOf(page, 'Mihai Stan').waitFor({ state: 'detached' })
    await page.goto(`${world.url}/inbox?view=snoozed`)
    await openConversation(page, 'Mihai Stan')
    await page.getByText('The answer is due before').waitFor()
    await customerWrites(world, 'Mihai Stan', 'It is 4471.', { reply_to: first })
    await rowOf(page, 'Mihai Stan').waitFor({ state: 'detached' })
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Mihai Stan').getByText('It is 4471.').waitFor()
  })

  it('sees a snoozed conversation come back by itself, without a reload', async () => {
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Mihai Stan')
    const path = `/api/v1/conversations/${new URL(page.url()).pathname.split('/').at(-1)}/snooze`
    const until = new Date(Date.now() + 12_000).toISOString()
    await ask(world, page.request, 'PUT', path, { until })
    await rowOf(page, 'Mihai Stan').waitFor({ state: 'detached' })
    await rowOf(page, 'Mihai Stan').waitFor()
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until))
  })

  it('tries a rule on past conversations, then lets it route what comes', async () => {
    await customerWrites(world, 'Elena Radu', 'The vase came in pieces, SPARTĂ.')
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Elena Radu').waitFor()
    await page.goto(`${world.url}/settings/routing`)
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByLabel('Name of the rule').fill('Breakage')
    await page.getByLabel("The customer's first words contain").fill('sparta, in pieces')
    await page.getByLabel('Department').selectOption('Returns')
    await page.getByLabel('Holder').selectOption('in-turn')
    await page.getByLabel('Severity').fill('high')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Keep in the draft' }).click()
    await page.getByText('This is a draft').waitFor()
    expect(await page.getByRole('button', { name: 'Go live' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: /Try on the last/ }).click()
    await page.getByText(/would have caught 1; 1 would stand elsewhere/).click()
    await page.getByText('today: nobody → by the rule: Returns · in turn · high').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Go live' }).click()
    await page.getByText('These rules are live.').waitFor()
    await customerWrites(world, 'Ioana Pop', 'My bowl is spartă too.')
    await page.goto(`${world.url}/inbox`)
    const row = rowOf(page, 'Ioana Pop')
    await row.getByText('Returns').waitFor()
    await row.getByText('high').waitFor()
    await openConversation(page, 'Ioana Pop')
    await page.getByRole('button', { name: 'Held by Ana Pop' }).waitFor()
    await page.getByText('by the rule “Breakage”').waitFor()
    // What was only tried stands where it stood.
    expect(await rowOf(page, 'Elena Radu').getByText('Returns').count()).toBe(0)
  })

  it('names the new keys in the list of keys', async () => {
    await page.getByRole('heading', { name: 'Ioana Pop', level: 2 }).click()
    await page.keyboard.press('?')
    const keys = page.getByRole('dialog')
    await keys.getByText('Hand over').waitFor()
    await keys.getByText('Snooze', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await settled(page)
    expect(said).toEqual([])
  })
})
