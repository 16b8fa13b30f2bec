import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { allowOrigin } from '../../test/desk.ts'
import { until } from '../mail/desk.ts'
import { type MailTown, openMailTown, SHOP } from '../mail/town.ts'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { sitDown } from './steps.ts'

let world: BrowserWorld
let town: MailTown
beforeAll(async () => {
  town = await openMailTown()
  world = await startBrowserWorld()
  for (const { port } of [town.gates.imap, town.gates.smtp])
    await allowOrigin(world.databaseUrl, `tcp://127.0.0.1:${port}`)
})
afterAll(async () => {
  await world?.stop()
  await town?.close()
})

it('connects a mailbox by its form, shows a customer’s mail with its files, and answers it', async () => {
  const { page } = await sitDown(world)
  await connectMailbox(page)
  // From here on: the browser also writes down the refused password.
  const said = watchConsole(page)
  await town.receive({
    subject: 'Broken mug',
    text: 'It came broken, look.\n\nOn Sun, 22 Nov 2026 at 10:00, Shop <shop@shop.example> wrote:\n> On its way.',
    files: [{ name: 'invoice.pdf', mime: 'application/pdf', content: '%PDF-1.4' }],
    picture: { alt: 'A mug in two pieces' },
  })
  await page.goto(`${world.url}/inbox`)
  await page
    .getByRole('link', { name: /Ana Pop.*Broken mug/s })
    .first()
    .click()
  const message = page.getByRole('article', { name: 'Message by Ana Pop' })
  await message.getByText('It came broken, look.').first().waitFor()
  await message.getByRole('img', { name: 'A mug in two pieces' }).waitFor()
  await message.getByRole('link', { name: /invoice\.pdf/ }).waitFor()
  await message.getByText('The whole e-mail').click()
  await message.getByText('On its way.').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await shoot(page, 'desk')
  await page
    .getByRole('textbox', { name: 'Your reply to Ana Pop' })
    .fill('A new one is on its way.')
  await page.keyboard.press('Control+Enter')
  await until(async () =>
    (await town.arrived()).some(({ text }) => text?.includes('A new one is on its way.')),
  )
  await page.getByText('Sent', { exact: true }).first().waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await shoot(page, 'phone')
  expect(said).toEqual([])
})

async function connectMailbox(page: Page): Promise<void> {
  await page.goto(`${world.url}/settings/channels`)
  await page.getByRole('button', { name: 'Connect an account' }).first().click()
  await page.getByRole('button', { name: /E-mail/ }).click()
  await page.getByLabel('Incoming mail server').fill(town.fields.imap)
  await page.getByLabel('Outgoing mail server').fill(town.fields.smtp)
  await page.getByLabel('Sign-in name', { exact: true }).fill(SHOP)
  await page.getByLabel('Password of the mailbox').fill('wrong')
  await page.getByLabel('Name that customers see').fill('Blue Cup Shop')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText('does not accept this sign-in').first().waitFor()
  await shoot(page, 'form')
  await page.getByLabel('Password of the mailbox').fill(town.fields.password)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText(SHOP).first().waitFor()
}

/** Where `PARLEY_LOOKS` names a folder, pictures of the pages are left there. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.PARLEY_LOOKS
  if (folder) await page.screenshot({ path: `${folder}/email-${name}.png` })
}
