import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, codeFor, owner, startBrowserWorld } from './browser-world.ts'
import { type Desk, openConversation, replyBox, sitDown } from './steps.ts'

const STEP = 30_000

describe('the people of the business', () => {
  let world: BrowserWorld
  let desk: Desk
  /** A code is taken once, so each sign-in uses the next one that the server may accept. */
  let codes: () => Promise<string>

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    codes = freshCodes(desk.secret)
  })
  afterAll(() => world.stop())

  it('sign out, and in again with password and the app’s code', async () => {
    const { page } = desk
    await page.getByRole('button', { name: 'You', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await givePassword(page, owner)
    await page.getByLabel('Code from the app').fill(await codes())
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
  })

  it('sign in with a backup code when the phone is away, and each works once', async () => {
    const { page, context } = await world.open()
    const code = desk.backupCodes[0] ?? ''
    await page.goto(`${world.url}/settings/sessions`)
    await giveBackupCode(page, code)
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
    await context.close()
    const again = await world.open()
    await again.page.goto(world.url)
    await giveBackupCode(again.page, code)
    await again.page.getByRole('alert').waitFor()
    await again.context.close()
  })

  it('end a session elsewhere, and the page there is at the sign-in at its next step', async () => {
    const other = await world.open()
    await other.page.goto(world.url)
    await giveBackupCode(other.page, desk.backupCodes[1] ?? '')
    await other.page.getByRole('link', { name: /Priya Nair/ }).waitFor()
    const { page } = desk
    await page.goto(`${world.url}/settings/sessions`)
    await page.getByRole('button', { name: 'End all others' }).click()
    await page.getByText('All other sessions have ended.').waitFor()
    await other.page.getByRole('link', { name: /Priya Nair/ }).click()
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await other.context.close()
  })

  it('sign in with a passkey alone', async () => {
    const { page, context } = await world.open()
    const local = world.url.replace('127.0.0.1', 'localhost')
    const browserControl = await context.newCDPSession(page)
    await browserControl.send('WebAuthn.enable')
    await browserControl.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(`${local}/settings/security`)
    await giveBackupCode(page, desk.backupCodes[2] ?? '')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('The passkey is added.').waitFor()
    await page.getByRole('button', { name: 'You', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
    await context.close()
  })

  it('see an API key once and never again', async () => {
    const { page } = desk
    await page.goto(`${world.url}/settings/keys`)
    await page.getByRole('button', { name: 'New key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What is it for?').fill('The web shop')
    await dialog.getByLabel('Read conversations').check()
    await dialog.getByRole('button', { name: 'Make the key' }).click()
    const key = (await dialog.locator('code').innerText()).trim()
    const bearer = { authorization: `Bearer ${key}` }
    expect((await fetch(`${world.url}/api/v1/conversations`, { headers: bearer })).status).toBe(200)
    await dialog.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByText('The web shop').waitFor()
    await page.reload()
    await page.getByText('The web shop').waitFor()
    expect(await page.content()).not.toContain(key)
  })

  it('join by an invitation; who may not send sees why, and a draft of theirs is told to others', async () => {
    const { page } = desk
    await page.goto(`${world.url}/settings/team`)
    await page.getByRole('button', { name: 'Invite someone' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('E-mail address').fill('dan@shop.example')
    await dialog.getByLabel('Role').selectOption('contributor')
    await dialog.getByRole('button', { name: 'Make the link' }).click()
    const link = (await dialog.locator('code').innerText()).trim()
    await dialog.getByRole('button', { name: 'Done' }).click()

    const { page: dan, context } = await world.open({ viewport: { width: 1440, height: 900 } })
    await dan.goto(link)
    await dan.getByLabel('Your name').fill('Dan Ilie')
    await dan.getByLabel('Choose a password').fill('teapots beside the harbour')
    await dan.getByRole('button', { name: 'Join' }).click()
    await dan.getByLabel('Your password, to be sure it is you').fill('teapots beside the harbour')
    await dan.getByRole('button', { name: 'Show the code to scan' }).click()
    const secret = (await dan.locator('code').first().innerText()).trim()
    await dan.getByLabel('Code from the app').fill(codeFor(secret))
    await dan.getByRole('button', { name: 'Check the code' }).click()
    await dan.getByLabel('I have kept the codes in a safe place').check()
    await dan.getByRole('button', { name: 'Go on' }).click()
    await openConversation(dan, 'Priya Nair')
    await dan.getByText('Your role does not send replies.').waitFor()
    await replyBox(dan).fill('I would say yes, three are left.')
    await dan.getByText('Draft kept').waitFor()
    expect(await dan.getByRole('button', { name: 'Reply publicly' }).isDisabled()).toBe(true)

    await page.goto(dan.url())
    await page.getByText('Dan Ilie is writing to this customer now.').waitFor()
    expect(await replyBox(page).inputValue()).toBe('')
    await context.close()
  })
})

async function givePassword(page: Page, { email, password }: typeof owner): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function giveBackupCode(page: Page, code: string): Promise<void> {
  await givePassword(page, owner)
  await page.getByRole('button', { name: /use a backup code/ }).click()
  await page.getByLabel('Backup code').fill(code)
  await page.getByRole('button', { name: 'Go on' }).click()
}

/** Codes of the app, each of a time step of its own; the one used to set it up counts as used. */
function freshCodes(secret: string): () => Promise<string> {
  let last = Date.now()
  return async () => {
    last = Math.max(Date.now(), last + STEP)
    return codeFor(secret, last)
  }
}
