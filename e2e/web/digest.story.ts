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

describe('the owner takes part', () => {
  let world: BrowserWorld
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    page = (await sitDown(world)).page
    said = watchConsole(page)
    await customerWrites(world, 'Marek Novák', 'My mug arrived broken')
    await rowOf(page, 'Marek Novák').waitFor()
  })
  afterAll(() => world.stop())

  it('records what was done for a customer, takes it back and undoes that', async () => {
    await openConversation(page, 'Marek Novák')
    await page.getByRole('button', { name: 'Record goodwill' }).click()
    await page.getByLabel('Cost in EUR').fill('12.50')
    await page.getByLabel('Remark').fill('A new mug')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    const pane = page.getByRole('complementary', { name: 'About Marek Novák' })
    await pane.getByText('€12.50').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await pane.getByRole('button', { name: 'Remove: Gift' }).click()
    await pane.getByText('€12.50').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await pane.getByText('€12.50').waitFor()
  })

  it('opens a voice of the digest with the reply box ready to write in', async () => {
    await page.goto(`${world.url}/today`)
    await page.getByRole('link', { name: 'Digest of the day' }).click()
    await page.getByRole('heading', { name: 'Waiting longest' }).waitFor()
    await settled(page)
    await page.getByRole('rowheader').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page
      .getByRole('link', { name: /Marek Novák.*My mug arrived broken/s })
      .first()
      .click()
    await replyBox(page).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA')
    await page.keyboard.type('A new one is on its way. Ana')
    expect(await replyBox(page).inputValue()).toContain('A new one is on its way. Ana')
  })

  it('asks for the digest by mail and to be called, and finds both after a reload', async () => {
    await page.goto(`${world.url}/settings/digest`)
    await page.getByRole('checkbox', { name: /Send me the digest/ }).check()
    await page.getByLabel('At', { exact: true }).selectOption('09:00')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.').first().waitFor()
    await page.getByLabel('When', { exact: true }).selectOption('One waits too long')
    await page.getByLabel('Longer than so many hours').fill('3')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('A customer waits longer than 3 hours').waitFor()
    await page.reload()
    await page.getByText('A customer waits longer than 3 hours').waitFor()
    expect(await page.getByRole('checkbox', { name: /Send me the digest/ }).isChecked()).toBe(true)
    expect(await page.getByLabel('At', { exact: true }).inputValue()).toBe('9')
    expect(await findBarriers(page)).toEqual([])
    expect(said).toEqual([])
  })
})
