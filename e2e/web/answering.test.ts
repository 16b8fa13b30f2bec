import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, startBrowserWorld, watchConsole } from './browser-world.ts'
import {
  customerWrites,
  type Desk,
  holds,
  openConversation,
  reply,
  replyBox,
  rowOf,
  shopPosts,
  sitDown,
  standsThere,
} from './steps.ts'

describe('whoever answers customers', () => {
  let world: BrowserWorld
  let desk: Desk
  let said: string[]
  let takenBackAt = 0

  beforeAll(async () => {
    world = await startBrowserWorld()
    desk = await sitDown(world)
    said = watchConsole(desk.page)
  })
  afterAll(() => world.stop())

  it('sees what a customer writes without a reload', async () => {
    const { page } = desk
    const reply_to = await customerWrites(world, 'Elena Radu', 'Is the shop open on Sunday?')
    await rowOf(page, 'Elena Radu').waitFor()
    await openConversation(page, 'Elena Radu')
    await customerWrites(world, 'Elena Radu', 'I mean this Sunday.', { reply_to })
    await page.getByRole('article').getByText('I mean this Sunday.').waitFor()
  })

  it('takes a reply back before it leaves, and has its words in the box again', async () => {
    const { page } = desk
    await openConversation(page, 'Elena Radu')
    await reply(page, 'No, we are closed.')
    await page.getByRole('button', { name: 'Undo' }).click()
    await holds(replyBox(page), 'No, we are closed.')
    takenBackAt = Date.now()
    await replyBox(page).fill('')
  })

  it('finds a draft again after a reload and in another browser', async () => {
    const { page } = desk
    await openConversation(page, 'Elena Radu')
    await replyBox(page).fill('We open at ten on Sunday')
    await page.getByText('Draft kept').waitFor()
    await page.reload()
    await holds(replyBox(page), 'We open at ten on Sunday')
    const other = await world.open({ storageState: await desk.context.storageState() })
    await other.page.goto(page.url())
    await holds(replyBox(other.page), 'We open at ten on Sunday')
    await other.context.close()
  })

  it('sends a picture with its description', async () => {
    const { page } = desk
    await openConversation(page, 'Elena Radu')
    const buffer = await sharp({
      create: { width: 640, height: 480, channels: 3, background: '#2b7a78' },
    })
      .png()
      .toBuffer()
    const file = { name: 'door.png', mimeType: 'image/png', buffer }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByLabel('Describe the picture').fill('The shop’s door with its opening hours')
    await reply(page, 'We open at ten on Sunday. Ana')
    await standsThere(page, 'We open at ten on Sunday. Ana')
    const [post, ...others] = await shopPosts(world, 'We open at ten on Sunday. Ana')
    expect(others).toEqual([])
    expect(post?.media.map(({ description }) => description)).toEqual([
      'The shop’s door with its opening hours',
    ])
    const picture = page.getByRole('img', { name: 'The shop’s door with its opening hours' })
    await expect
      .poll(() => picture.last().evaluate((img) => Reflect.get(img, 'naturalWidth')), {
        timeout: 60_000,
      })
      .toBeGreaterThan(0)
  })

  it('notes, assigns and finishes a conversation, and the customer’s next words open it again', async () => {
    const { page } = desk
    const question = await customerWrites(world, 'Mihai Stan', 'Do you repair cups?')
    await openConversation(page, 'Mihai Stan')
    await page.getByRole('button', { name: 'Note', exact: true }).click()
    await page.getByRole('textbox', { name: 'Internal note' }).fill('We do, on Mondays.')
    await page.getByRole('button', { name: 'Add the note' }).click()
    await page.getByRole('article', { name: 'Note by Ana Pop' }).getByText('on Mondays').waitFor()
    await page.getByRole('button', { name: 'Assign' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Ana Pop (you)' }).click()
    await page.getByRole('button', { name: 'Held by Ana Pop' }).waitFor()
    await page.getByRole('button', { name: 'Done', exact: true }).click()
    await rowOf(page, 'Mihai Stan').waitFor({ state: 'detached' })
    await page.getByText('Mihai Stan: Done').waitFor()
    await customerWrites(world, 'Mihai Stan', 'And plates?', { reply_to: question })
    await rowOf(page, 'Mihai Stan').waitFor()
    expect(await shopPosts(world, 'on Mondays')).toEqual([])
  })

  it('sees that a customer changed their words, and no longer shows what one took back', async () => {
    const { page } = desk
    const changed = await customerWrites(world, 'Sorin Pavel', 'The lamp is gren.')
    const gone = await customerWrites(world, 'Vera Lupu', 'I hate this shop.')
    await openConversation(page, 'Sorin Pavel')
    await world.practice('PUT', `/posts/${changed}`, { text: '@shop The lamp is green.' })
    await page.getByText('The lamp is green.').last().waitFor()
    await page.getByText('edited · earlier version').click()
    await page.getByText('The lamp is gren.').last().waitFor()
    await openConversation(page, 'Vera Lupu')
    await world.practice('DELETE', `/posts/${gone}`)
    await page.getByText('Answer with care: they took it back.').waitFor()
    await page.getByText('I hate this shop.').first().waitFor({ state: 'detached' })
  })

  it('opens what is behind a content warning only when asked, and answers behind the same one', async () => {
    const { page } = desk
    await customerWrites(world, 'Lucia Marin', 'Does the butler do it?', {
      spoiler: 'The end of the novel',
    })
    await openConversation(page, 'Lucia Marin')
    const words = page.getByRole('article').getByText('Does the butler do it?')
    expect(await words.isVisible()).toBe(false)
    await page.getByRole('article').getByText('The end of the novel').click()
    await words.waitFor()
    const warning = page.getByRole('textbox', { name: 'Content warning' })
    expect(await warning.inputValue()).toBe('The end of the novel')
    await warning.fill('The end of the novel, really')
    await replyBox(page).fill('He does. Ana')
    await page.getByText('Draft kept').waitFor()
    await page.reload()
    await holds(warning, 'The end of the novel, really')
    await reply(page, 'He does. Ana')
    await page.getByText('Stands on the practice network').first().waitFor({ timeout: 90_000 })
    const posts = await shopPosts(world, 'He does. Ana')
    expect(posts.map(({ spoiler }) => spoiler)).toEqual(['The end of the novel, really'])
  })

  it('never sent what was taken back, long after it would have left', async () => {
    await expect.poll(() => Date.now() - takenBackAt, { timeout: 60_000 }).toBeGreaterThan(15_000)
    expect(await shopPosts(world, 'No, we are closed.')).toEqual([])
  })

  it('sees no error on the console', () => {
    expect(said).toEqual([])
  })
})
