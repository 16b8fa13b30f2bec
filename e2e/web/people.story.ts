import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, startBrowserWorld, watchConsole } from './browser-world.ts'
import { customerWrites, type Desk, openConversation, rowOf, sitDown } from './steps.ts'

const STEP = 60_000

describe('customers as people', () => {
  let world: BrowserWorld
  let desk: Desk
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    said = watchConsole(desk.page)
    await customerWrites(world, 'Marek Novák', 'My mug arrived broken')
    await rowOf(desk.page, 'Marek Novák').waitFor()
  })
  afterAll(() => world.stop())

  it(
    'come in by a file, with the refused rows told, and are suggested as one with who wrote',
    async () => {
      const { page } = desk
      await openConversation(page, 'Marek Novák')
      await page.getByRole('combobox', { name: 'After a complaint' }).selectOption('Unhappy')
      await page.getByRole('link', { name: 'Everything about them' }).click()
      await page.getByRole('heading', { name: 'Marek Novák', level: 1 }).waitFor()
      await page.getByLabel('Tags, with commas between').fill('pottery')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('link', { name: 'All people' }).click()
      await page.getByRole('button', { name: 'Import' }).click()
      const csv = 'id,name,email,tags\n7,Marek Novák,marek@example.com,pottery\n8,Bad,nowhere,\n'
      await page
        .getByLabel('CSV file')
        .setInputFiles({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
      await page.getByText('Would be new: 1. Changed: 0. As they are: 0. Refused: 1.').waitFor()
      await page.getByText('Line 3, email: is not an e-mail address').waitFor()
      await page.getByRole('button', { name: 'Take them in' }).click()
      await page.getByText('New: 1. Changed: 0. As they are: 0. Refused: 1.').waitFor()
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByText('The same name, the same tag').waitFor()
    },
    STEP,
  )

  it(
    'are joined by somebody, and taken apart again',
    async () => {
      const { page } = desk
      await page.getByRole('button', { name: 'Join them' }).click()
      await page.getByText('One person, perhaps').waitFor({ state: 'detached' })
      await page.getByRole('link', { name: /Marek Novák/ }).click()
      await page.getByText('marek@example.com').waitFor()
      await page.getByText('My mug arrived broken').waitFor()
      await page.getByRole('button', { name: 'Take apart: Marek Novák' }).click()
      await page.getByText('taken apart').waitFor()
      await page.getByText('The same person, perhaps').waitFor()
    },
    STEP,
  )

  it(
    'are erased once their name is typed, and leave the inbox',
    async () => {
      const { page } = desk
      await page.goto(`${world.url}/inbox`)
      await openConversation(page, 'Marek Novák')
      await page.getByRole('link', { name: 'Everything about them' }).click()
      await page.getByRole('button', { name: 'Erase', exact: true }).click()
      const act = page.getByRole('button', { name: 'Erase for good' })
      expect(await act.isDisabled()).toBe(true)
      await page.getByLabel('Type the name to confirm: Marek Novák').fill('Marek Novák')
      await act.click()
      await page.getByText('They are erased.').waitFor()
      await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
      await page.goto(`${world.url}/inbox`)
      await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
      expect(await rowOf(page, 'Marek Novák').count()).toBe(0)
      expect(said).toEqual([])
    },
    STEP,
  )
})
