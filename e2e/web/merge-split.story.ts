import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { settled } from './pages.ts'
import { customerWrites, type Desk, replyBox, rowOf, sitDown } from './steps.ts'

const STEP = 60_000

describe('one matter told in two conversations, and two in one', () => {
  let world: BrowserWorld
  let desk: Desk
  let page: Page
  let said: string[]
  let first = ''
  let second = ''

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    page = desk.page
    said = watchConsole(page)
    const mug = await customerWrites(world, 'Marek Novák', 'My mug arrived broken')
    await rowOf(page, 'Marek Novák').waitFor()
    await customerWrites(world, 'Marek Novák', 'Here is a picture of the mug')
    await customerWrites(world, 'Marek Novák', 'And when does my lamp come?', { reply_to: mug })
    await row('picture of the mug').click()
    await page.getByText('Here is a picture of the mug').last().waitFor()
    second = page.url()
    await row('does my lamp come').click()
    await page.getByRole('article').filter({ hasText: 'does my lamp come' }).waitFor()
    first = page.url()
  })
  afterAll(() => world.stop())

  const row = (words: string) =>
    page
      .getByRole('region', { name: 'Conversations' })
      .getByRole('link')
      .filter({ hasText: words })
      .first()
  const bubble = (words: string) => page.getByRole('article').filter({ hasText: words })
  const menu = (name: string) =>
    page
      .getByRole('button', { name: 'Hand over, snooze, merge' })
      .click()
      .then(() => page.getByRole('menuitem', { name }).click())

  it(
    'are merged from the menu, with the other offered, and the address of the other leads here',
    async () => {
      await menu('Merge with another…')
      const dialog = page.getByRole('dialog', { name: 'Merge into this conversation' })
      await dialog.getByRole('checkbox').waitFor()
      await dialog.getByLabel('Find by words').fill('nothing of the kind')
      await dialog.getByText('No other conversation with Marek Novák has these words.').waitFor()
      await dialog.getByLabel('Find by words').fill('picture')
      await dialog.getByRole('checkbox', { name: /picture of the mug/ }).check()
      await settled(page)
      expect(await findBarriers(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Merge' }).click()
      await bubble('picture of the mug').waitFor()
      await page.getByText('Ana Pop merged 1 conversation into this one').waitFor()
      await row('picture of the mug').waitFor({ state: 'detached' })
      await page.goto(second)
      await page.waitForURL(first)
      await bubble('does my lamp come').waitFor()
    },
    STEP,
  )

  it(
    'are as before after undoing it from the history, and by the toast',
    async () => {
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone: all is as it was before.').waitFor()
      await bubble('picture of the mug').waitFor({ state: 'detached' })
      await page.getByText('undone by Ana Pop').waitFor()
      await page.goto(second)
      await bubble('picture of the mug').waitFor()
      expect(page.url()).toBe(second)
    },
    STEP,
  )

  it(
    'is split from a message on, says where the rest is, and cannot be undone once the customer wrote again',
    async () => {
      await page.goto(first)
      await bubble('does my lamp come')
        .getByRole('button', { name: 'More about this message' })
        .click()
      await page.getByRole('menuitem', { name: 'Split off from here on…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Split the conversation' })
      const [mug, lamp] = [/mug arrived broken/, /does my lamp come/]
      expect(await dialog.getByRole('checkbox', { name: lamp }).isChecked()).toBe(true)
      await dialog.getByRole('checkbox', { name: mug }).check()
      await dialog.getByText('At least one message of the customer must stay.').waitFor()
      await dialog.getByRole('checkbox', { name: mug }).uncheck()
      await settled(page)
      expect(await findBarriers(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Split off' }).click()
      await page.getByText('Ana Pop split this off from another conversation').waitFor()
      await bubble('mug arrived broken').waitFor({ state: 'detached' })
      expect(page.url()).not.toBe(first)
      await replyBox(page).waitFor()
      await settled(page)
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('link', { name: 'Open the other one' }).click()
      await page.waitForURL(first)
      await bubble('mug arrived broken').waitFor()
      await page.getByText('Ana Pop split 1 message off').waitFor()
      await customerWrites(world, 'Marek Novák', 'It was blue, by the way', {
        reply_to: await postOf('My mug arrived broken'),
      })
      await bubble('It was blue').waitFor()
      await page.getByRole('button', { name: 'Undo' }).last().click()
      await page.getByText('It cannot be undone. The customer wrote again since.').waitFor()
      expect(said).toEqual([expect.stringContaining('409')])
    },
    STEP,
  )

  async function postOf(words: string): Promise<string> {
    const answer = await page.request.get(
      `${world.url}/api/v1/conversations/${first.split('/').at(-1)}`,
    )
    const { messages } = await answer.json()
    return messages.find(({ text }: { text: string }) => text.includes(words)).remoteId
  }
})

describe('what should not be said in public', () => {
  let world: BrowserWorld
  let page: Page

  beforeAll(async () => {
    world = await startBrowserWorld()
    ;({ page } = await sitDown(world))
    await customerWrites(world, 'Marek Novák', 'My order 4471 never came', { language: 'ro' })
    await rowOf(page, 'Marek Novák').waitFor()
    await rowOf(page, 'Marek Novák').click()
  })
  afterAll(() => world.stop())

  it(
    'goes on in private: a reason, a public answer in the customer’s language, and both are linked',
    async () => {
      const asked = page.url()
      await page.getByRole('button', { name: 'Hand over, snooze, merge' }).click()
      await page.getByRole('menuitem', { name: 'Move to private…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Move to private' })
      await dialog.getByLabel('Why not in public?').selectOption('Something else')
      const send = dialog.getByRole('button', { name: 'Reply publicly' })
      expect(await send.isDisabled()).toBe(true)
      await dialog.getByLabel('In your own words').fill('Her bank asks for it')
      await dialog.getByLabel('Language of the answer').selectOption('Română')
      const words = dialog.getByLabel('What everyone reads')
      expect(await words.inputValue()).toContain('vă rugăm să ne scrieți un mesaj privat')
      await settled(page)
      expect(await findBarriers(page)).toEqual([])
      await send.click()
      await page.getByText(/Ana Pop moved it to private .*: Her bank asks for it/).waitFor()
      await page.getByText('They have not written there yet.').waitFor()
      await customerWrites(world, 'Marek Novák', 'Here is the number of my card', {
        visibility: 'direct',
      })
      await page.getByRole('link', { name: 'Open the private one' }).click()
      await page.getByText('Moved to private by Ana Pop: Her bank asks for it').waitFor()
      await page.getByRole('article').filter({ hasText: 'number of my card' }).waitFor()
      await page.getByRole('button', { name: 'Send privately' }).waitFor()
      await settled(page)
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('link', { name: 'Open the public one' }).click()
      await page.waitForURL(asked)
    },
    STEP,
  )
})
