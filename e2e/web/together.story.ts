import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NewInvitation } from '../../contract/members.ts'
import { type BrowserWorld, startBrowserWorld, watchConsole } from './browser-world.ts'
import {
  addFactor,
  ask,
  customerWrites,
  type Desk,
  openConversation,
  reply,
  replyBox,
  rowOf,
  shopPosts,
  sitDown,
  standsThere,
} from './steps.ts'

const STEP = 40_000
const send = { name: /^(Reply publicly|Send privately)$/ }

describe('two who answer customers together', () => {
  let world: BrowserWorld
  let ana: Desk
  let mihai: { page: Page; context: BrowserContext }
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    ana = await sitDown(world)
    mihai = await joinTeam(world, ana)
    said = watchConsole(mihai.page)
  })
  afterAll(() => world.stop())

  it('see who looks at a conversation and who writes there, and that a closed window is gone', async () => {
    await customerWrites(world, 'Elena Radu', 'Is the shop open on Sunday?')
    await openConversation(ana.page, 'Elena Radu')
    await rowOf(mihai.page, 'Elena Radu').getByText('Ana Pop looks at it').waitFor()
    await openConversation(mihai.page, 'Elena Radu')
    await replyBox(ana.page).fill('On Sunday we are')
    await mihai.page.getByText('Ana Pop is writing to this customer now.').waitFor()
    await mihai.page.goto(`${world.url}/today`)
    const row = rowOf(ana.page, 'Elena Radu')
    await row.getByText('Mihai Stan looks at it').waitFor({ state: 'detached' })
  })

  it(
    'are both warned before two answer one customer, and only a second, deliberate send goes through',
    async () => {
      await mihai.page.goto(ana.page.url())
      await replyBox(mihai.page).fill('Sunday is our day of rest, alas.')
      await mihai.page.getByRole('button', send).click()
      const dialog = mihai.page.getByRole('dialog', { name: 'Somebody else answers this customer' })
      await dialog.getByText('has been writing since').waitFor()
      const told = ana.page.getByRole('dialog', { name: 'Mihai Stan wants to answer too' })
      await told.getByRole('button', { name: 'I know' }).click()
      await dialog.getByRole('button', { name: 'Wait and look' }).click()
      expect(await replyBox(mihai.page).inputValue()).toBe('Sunday is our day of rest, alas.')
      expect(await shopPosts(world, 'day of rest')).toEqual([])
      await mihai.page.getByRole('button', send).click()
      await dialog.getByRole('button', { name: 'Answer nevertheless' }).click()
      await standsThere(mihai.page, 'Sunday is our day of rest, alas.')
      // Whoever wrote all the while is warned of the answer that came meanwhile.
      await replyBox(ana.page).fill('On Sunday we are closed, sorry.')
      await ana.page.getByRole('button', send).click()
      const answered = ana.page.getByRole('dialog', { name: 'Somebody else answers this customer' })
      await answered.getByText('Sunday is our day of rest, alas.').waitFor()
      await answered.getByRole('button', { name: 'Wait and look' }).click()
      const back = mihai.page.getByRole('dialog', { name: 'Ana Pop wants to answer too' })
      await back.getByRole('button', { name: 'I know' }).click()
      await replyBox(ana.page).fill('')
    },
    STEP * 2,
  )

  it(
    'are shown the earlier reply when one says what was said before',
    async () => {
      await customerWrites(world, 'Sorin Pavel', 'Where is my lamp?')
      await customerWrites(world, 'Vera Lupu', 'Where is my plate?')
      await openConversation(ana.page, 'Sorin Pavel')
      await reply(
        ana.page,
        'It left here this morning and the courier rings at your door tomorrow.',
      )
      await openConversation(mihai.page, 'Vera Lupu')
      const near =
        'Hello Vera, it left here this morning and the courier rings at your door on Friday.'
      await replyBox(mihai.page).fill(near)
      await mihai.page.getByRole('button', send).click()
      const refused = mihai.page.getByRole('alert', { name: 'Too like an earlier reply' })
      await refused.getByText('the same words').waitFor()
      expect(await refused.locator('mark').first().innerText()).toContain(
        'It left here this morning',
      )
      await refused.getByRole('link', { name: 'Open that conversation' }).click()
      await mihai.page.getByRole('heading', { name: 'Sorin Pavel', level: 2 }).waitFor()
      await openConversation(mihai.page, 'Vera Lupu')
      expect(await replyBox(mihai.page).inputValue()).toBe(near)
      await reply(
        mihai.page,
        'Your plate travels with the evening van; look out for it on Friday, Vera.',
      )
    },
    STEP,
  )

  it('begin from a snippet, fill its gap, and add words of their own', async () => {
    const { page } = ana
    await page.goto(`${world.url}/settings/replies`)
    await page.getByRole('button', { name: 'New snippet' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Repair')
    await page
      .getByLabel('In English')
      .fill('Dear {{name}}, we mend it on [[day]] in the workshop behind the shop.')
    await page.getByRole('button', { name: 'Save' }).last().click()
    await page.getByRole('button', { name: 'Change Repair' }).waitFor()
    await customerWrites(world, 'Lucia Marin', 'Can you mend a cup?', { language: 'en' })
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Lucia Marin')
    await replyBox(page).pressSequentially(';rep')
    await page.getByRole('option', { name: /Repair/ }).waitFor()
    await replyBox(page).press('Enter')
    await expect
      .poll(() => replyBox(page).inputValue())
      .toContain('Dear Lucia, we mend it on [[day]]')
    await page.getByText('Fill in or remove [[day]]').waitFor()
    expect(await page.getByRole('button', send).isDisabled()).toBe(true)
    await page.keyboard.type('Monday')
    await page.getByRole('button', send).click()
    await page.getByText('This is the snippet “Repair” as it stands.').waitFor()
    await reply(
      page,
      'Dear Lucia, bring the cup on Monday: our workshop mends it while you have a coffee. Ana',
    )
  })

  it('act on many at once and take it back', async () => {
    const { page } = ana
    for (const name of ['Vera Lupu', 'Lucia Marin']) {
      await rowOf(page, name).hover()
      await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    }
    const bar = page.getByRole('toolbar', { name: 'Acts on the selection' })
    await bar.getByText('2 selected').waitFor()
    await bar.getByRole('button', { name: 'Done' }).click()
    await rowOf(page, 'Vera Lupu').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('As it was before.').waitFor()
    await rowOf(page, 'Vera Lupu').waitFor()
    await rowOf(page, 'Lucia Marin').waitFor()
  })

  it('see no error on the console but those that say what was refused', () => {
    expect(said.filter((line) => !/status of 409/.test(line))).toEqual([])
  })
})

/** A colleague with a browser of his own. */
async function joinTeam(world: BrowserWorld, desk: Desk) {
  const email = 'mihai@shop.example'
  const invited = await ask(world, desk.context.request, 'POST', '/api/v1/invitations', {
    email,
    role: 'responder',
  })
  const token = NewInvitation.parse(invited).link.split('#')[1]
  const { context, page } = await world.open({ viewport: { width: 1280, height: 800 } })
  const password = 'plates with little fish'
  const body = { token, name: 'Mihai Stan', password }
  await ask(world, context.request, 'POST', '/api/v1/invitations/accept', body)
  await addFactor(world, context.request, password)
  await page.goto(`${world.url}/inbox`)
  await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
  return { context, page }
}
