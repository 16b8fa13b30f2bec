import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { settled } from './pages.ts'
import { customerWrites, openConversation, replyBox, rowOf, sitDown } from './steps.ts'

const complaint =
  'My mug arrived broken, this is the second time. I am very disappointed and want my money back.'
const praise = 'Mulțumesc mult! Sunt foarte încântată, cănile sunt minunate, recomand cu drag.'

describe('complaints and praise', () => {
  let world: BrowserWorld
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    page = (await sitDown(world)).page
    said = watchConsole(page)
    await customerWrites(world, 'Marek Novák', complaint, { language: 'en' })
    await customerWrites(world, 'Ioana Lungu', praise, { language: 'ro' })
    await rowOf(page, 'Marek Novák').waitFor()
    await rowOf(page, 'Ioana Lungu').waitFor()
  })
  afterAll(() => world.stop())

  const kindOf = (words: string) => page.getByRole('article').getByRole('button', { name: words })
  const correctTo = async (from: string, to: string) => {
    await kindOf(from).click()
    await page.getByRole('menu').getByText(to, { exact: true }).click()
  }

  it('are told apart in the list and on the message, in English and in Romanian', async () => {
    await rowOf(page, 'Marek Novák').getByText('Complaint', { exact: true }).waitFor()
    await rowOf(page, 'Ioana Lungu').getByText('Praise', { exact: true }).waitFor()
    await openConversation(page, 'Marek Novák')
    await kindOf('Complaint, as Parley reads it').waitFor()
    expect(await findBarriers(page)).toEqual([])
  })

  it('can be listed alone, at an address of their own', async () => {
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Ioana Lungu').waitFor()
    await page.getByRole('button', { name: 'Sort and filter' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Complaints' }).click()
    await page.waitForURL(/kind=complaint/)
    await rowOf(page, 'Ioana Lungu').waitFor({ state: 'detached' })
    await rowOf(page, 'Marek Novák').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Remove the filter Complaints' }).click()
    await rowOf(page, 'Ioana Lungu').waitFor()
    expect(page.url()).not.toContain('kind=')
  })

  it('are corrected by a click, which can be undone at once or taken back later', async () => {
    await openConversation(page, 'Ioana Lungu')
    await correctTo('Praise, as Parley reads it', 'Question')
    await kindOf('Question, corrected by Ana Pop').waitFor()
    await rowOf(page, 'Ioana Lungu').getByText('Question', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await kindOf('Praise, as Parley reads it').waitFor()
    await rowOf(page, 'Ioana Lungu').getByText('Praise', { exact: true }).waitFor()
    await correctTo('Praise, as Parley reads it', 'No kind')
    await kindOf('No kind, corrected by Ana Pop').click()
    await page.getByRole('menu').getByText('Corrected by Ana Pop').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('menuitem', { name: 'As Parley reads it' }).click()
    await kindOf('Praise, as Parley reads it').waitFor()
  })

  it('stay as they were, and say so, when a correction does not get through', async () => {
    const address = '**/api/v1/messages/*/kind'
    const problem = { code: 'unavailable', status: 503, title: 'Unavailable', detail: 'Later.' }
    await page.route(address, (route) => route.fulfill({ status: 503, json: problem }))
    await correctTo('Praise, as Parley reads it', 'Complaint')
    await page.getByText(/^That did not work, and is as it was before/).waitFor()
    await kindOf('Praise, as Parley reads it').waitFor()
    await rowOf(page, 'Ioana Lungu').getByText('Praise', { exact: true }).waitFor()
    await page.unroute(address)
    // The browser itself reports the answer that was asked for here.
    expect(said.splice(0)).toHaveLength(1)
  })

  it('are groups of the figures, which open their conversations', async () => {
    await page.goto(`${world.url}/figures`)
    await page.getByLabel('Group by').selectOption('What was said')
    await page.waitForURL(/by=kind/)
    const complaints = page.getByRole('region', { name: 'All groups' }).getByRole('row', {
      name: /^Complaints/,
    })
    await complaints.waitFor()
    await settled(page)
    expect(await findBarriers(page)).toEqual([])
    await complaints.getByRole('link').first().click()
    const dialog = page.getByRole('dialog', { name: /^Complaints/ })
    await dialog.getByRole('link', { name: /Marek Novák/ }).waitFor()
    expect(await dialog.getByRole('link', { name: /Ioana Lungu/ }).count()).toBe(0)
  })

  it('stand in the digest, each leading to its conversation with the reply box ready', async () => {
    for (const [heading, name] of [
      ['Complaints of the last day, the worst first', 'Marek Novák'],
      ['Praise of the last day, the best first', 'Ioana Lungu'],
    ] as const) {
      await page.goto(`${world.url}/digest`)
      const part = page.locator('section', {
        has: page.getByRole('heading', { name: heading, level: 2 }),
      })
      await part.waitFor()
      await settled(page)
      expect(await findBarriers(page)).toEqual([])
      await part.getByRole('link', { name }).click()
      await page.getByRole('heading', { name, level: 2 }).waitFor()
      await replyBox(page).waitFor()
    }
    expect(said).toEqual([])
  })
})
