import type { Page, Worker } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PushSettings } from '../../contract/push.ts'
import { type PushService, startPushService } from '../../test/push-service.ts'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { settled } from './pages.ts'
import { ask, customerWrites, openConversation, replyBox, rowOf, sitDown } from './steps.ts'

describe('being called', () => {
  let world: BrowserWorld
  let push: PushService
  let page: Page
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    push = await startPushService()
    await world.allow(push.origin)
    page = (await sitDown(world)).page
    said = watchConsole(page)
    await customerWrites(world, 'Marek Novák', 'The stove smells of gas')
    await rowOf(page, 'Marek Novák').waitFor()
  })
  afterAll(async () => {
    await world.stop()
    await push.close()
  })

  it('puts somebody on call, shows who would be called, and keeps it', async () => {
    await page.goto(`${world.url}/settings/on-call`)
    await page.getByText('Nobody is on call').waitFor()
    await page.getByRole('button', { name: 'Add somebody' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('When').selectOption('In these hours')
    await dialog.getByRole('checkbox', { name: 'Sat' }).check()
    await dialog.getByLabel('Until').fill('18:00')
    await dialog.getByText('Must differ from the beginning.').waitFor()
    await dialog.getByLabel('Until').fill('09:00')
    await dialog.getByText('of the next day').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('Mon–Sat 18:00–09:00 (next day), Europe/Bucharest').waitFor()
    await page.getByLabel('At', { exact: true }).fill('2026-11-23T20:00')
    const orders = page.getByRole('list').filter({ hasText: 'the owners: Ana Pop' })
    await expect
      .poll(() => orders.last().getByRole('listitem').allInnerTexts())
      .toEqual(['Ana Pop', 'the owners: Ana Pop'])
    await page.getByLabel('Severities').selectOption('These')
    await page.getByRole('checkbox', { name: 'Urgent' }).check()
    await page.getByRole('button', { name: 'Save who is on call' }).click()
    await page.getByText('Saved.').first().waitFor()
    await page.reload()
    await page.getByText('Mon–Sat 18:00–09:00 (next day), Europe/Bucharest').waitFor()
    expect(await page.getByRole('checkbox', { name: 'Urgent' }).isChecked()).toBe(true)
    await settled(page)
    expect(await findBarriers(page)).toEqual([])
  })

  it('says on every page that somebody is called, and lets them take it up', async () => {
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Marek Novák')
    await page.getByRole('button', { name: /Severity/ }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Urgent' }).click()
    const card = page.getByRole('region', { name: 'Calls', exact: true })
    await card.getByText('Who was called').click()
    await card.getByText('by mail: not sent').waitFor()
    await card.getByText('(No e-mail account is connected.)').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.goto(`${world.url}/figures`)
    const banner = page.getByRole('region', { name: 'Somebody is being called' })
    await banner.getByText('Marek Novák waits. Severity: Urgent.').waitFor()
    await banner.getByText('Ana Pop was called.').waitFor()
    await settled(page)
    expect(await findBarriers(page)).toEqual([])
    await banner.getByRole('link', { name: 'Look' }).click()
    await replyBox(page).waitFor()
    // The conversation says it itself.
    await banner.waitFor({ state: 'detached' })
    await card.getByRole('button', { name: 'I take it up' }).click()
    await card.getByText(/Ana Pop took it up at/).waitFor()
    await page.goto(`${world.url}/settings/on-call`)
    await page.getByText('taken up by Ana Pop').waitFor()
  })

  it('says when the browser refuses notices, and when it cannot reach its own service', async () => {
    await page.goto(`${world.url}/settings/on-call`)
    await page.getByText('This browser does not show when you are called.').waitFor()
    await page.context().grantPermissions(['notifications'], { origin: world.url })
    // The browser's maker runs the service; this machine does not reach it.
    await page.getByRole('button', { name: 'Turn it on' }).click()
    await page.getByText('could not reach its own service').waitFor({ timeout: 60_000 })
    await refuseNotices(page, world)
    await page.reload()
    await page.getByText('You told this browser never to show notices').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.context().grantPermissions(['notifications'], { origin: world.url })
  })

  it('shows in another browser’s list what was sent there, tests it and turns it off', async () => {
    const path = '/api/v1/push-subscriptions'
    const { request } = page.context()
    const { publicKey } = PushSettings.parse(await ask(world, request, 'GET', path))
    const { endpoint, keys } = push.browser(publicKey)
    const input = { endpoint, keys, locale: 'en', name: 'Firefox · Android' }
    const headers = { origin: world.url }
    const tell = async () =>
      (await request.post(world.url + path, { headers, data: input })).status()
    await expect.poll(tell).toBe(201)
    await page.reload()
    await page.getByText('no notice yet').waitFor()
    await page.getByRole('button', { name: 'Send a test to Firefox · Android' }).click()
    await page.getByText('Sent: the notice comes in a moment.').waitFor()
    expect(JSON.parse(push.taken[0]?.text ?? '{}')).toMatchObject({ title: 'A test from Parley' })
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Turn off in Firefox · Android' }).click()
    await page.getByText('no notice yet').waitFor({ state: 'detached' })
  })

  it('shows what its push service brings as a notice', async () => {
    const shown = await deliver(page, world.url, push.taken[0]?.text ?? '')
    expect(shown).toEqual([{ title: 'A test from Parley', tag: 'test' }])
  })

  it('takes the window that is open to the conversation when the notice is pressed', async () => {
    await page.goto(`${world.url}/inbox`)
    await openConversation(page, 'Marek Novák')
    const path = new URL(page.url()).pathname
    await page.goto(`${world.url}/settings/on-call`)
    // Its address may be another one that leads here; the window stays at this one.
    const call = { title: 'Marek Novák waits', body: 'The stove', tag: 'call' }
    const url = `https://desk.example${path}?from=call`
    await deliver(page, world.url, JSON.stringify({ ...call, url }))
    const worker = workerOf(page)
    const broughtInFront = [`${world.url}/settings/on-call`]
    expect(await press(worker, 'call')).toEqual({ broughtInFront, opened: [] })
    await page.waitForURL((now) => now.origin === world.url && now.pathname === path)
    await page.getByRole('heading', { name: 'Marek Novák', level: 2 }).waitFor()
    await replyBox(page).waitFor()
    expect(await worker.evaluate('self.registration.getNotifications()')).toHaveLength(1)
    expect(said.filter((line) => !/Push API in incognito/.test(line))).toEqual([])
  })
})

/** As a person does who presses *Block* when the browser asks. */
async function refuseNotices(page: Page, { browser, url }: BrowserWorld): Promise<void> {
  const client = await page.context().newCDPSession(page)
  const { targetInfo } = await client.send('Target.getTargetInfo')
  const { browserContextId } = targetInfo
  if (browserContextId === undefined) throw new Error('the page is in no context')
  const whole = await browser.newBrowserCDPSession()
  await whole.send('Browser.setPermission', {
    permission: { name: 'notifications' },
    setting: 'denied',
    origin: url,
    browserContextId,
  })
}

function workerOf(page: Page): Worker {
  const [worker] = page.context().serviceWorkers()
  if (!worker) throw new Error('no worker is registered')
  return worker
}

/**
 * Presses a notice: its own worker gets the event, with the real notice. Only a hand on the screen lets a
 * worker bring a window in front or open one, so these two are noted instead of done; all else is done.
 */
async function press(worker: Worker, tag: string): Promise<unknown> {
  return worker.evaluate(`(async () => {
    const [notification] = await self.registration.getNotifications({ tag: '${tag}' })
    const done = { broughtInFront: [], opened: [] }
    WindowClient.prototype.focus = async function () {
      done.broughtInFront.push(this.url)
      return this
    }
    Clients.prototype.openWindow = async (url) => void done.opened.push(url)
    const event = new NotificationEvent('notificationclick', { notification })
    let work
    event.waitUntil = (promise) => {
      work = promise
    }
    self.dispatchEvent(event)
    await work
    return done
  })()`)
}

/** Hands a message to the page's own worker, as the browser does when its push service brings one. */
async function deliver(page: Page, origin: string, data: string) {
  await page.evaluate(`(async () => {
    await navigator.serviceWorker.register('/push-worker.js')
    await navigator.serviceWorker.ready
  })()`)
  const client = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    client.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [one] = registrations
      if (one) resolve(one.registrationId)
    })
  })
  await client.send('ServiceWorker.enable')
  const registrationId = await registered
  await client.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data })
  const read = () =>
    page.evaluate(`(async () => {
      const notices = await (await navigator.serviceWorker.ready).getNotifications()
      return notices.map(({ title, tag }) => ({ title, tag }))
    })()`)
  await expect.poll(read).not.toEqual([])
  return read()
}
