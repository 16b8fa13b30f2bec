import { createServer } from 'node:http'
import type { APIUser } from 'discord-api-types/v10'
import { createFaults, type Faults } from './faults.ts'
import { type Gateway, startGateway, urlOf } from './gateway.ts'
import { answerRest, attachmentOf, directWith, type Rest } from './rest.ts'
import {
  buildTown,
  newToken,
  openChannel,
  shown,
  type Town,
  type TownMessage,
  write,
} from './town.ts'

export type SayOptions = {
  channelId?: string
  replyTo?: string
  /** Names the bot; default true outside of private channels. */
  names?: boolean
  imageAlt?: string
  by?: APIUser
  at?: number
}

/**
 * An emulator of Discord's REST API and gateway, version 10, after the published specification: no
 * Discord can be run here. One server with a channel, people, and the bot; faults on demand.
 */
export type DiscordEmulator = {
  url: string
  token: string
  town: Town
  gateway: Gateway
  faults: Faults
  log: Rest['log']
  refusals: Rest['refusals']
  /** The channel that is there from the beginning, and a customer. */
  channelId: string
  ana: APIUser
  say(text: string, options?: SayOptions): TownMessage
  sayPrivately(text: string, by?: APIUser): TownMessage
  edit(id: string, text: string): void
  remove(id: string): void
  openThread(name: string, options?: { joined?: boolean; id?: string }): string
  addChannel(name: string): string
  addPerson(username: string, name: string): APIUser
  /** The bot writes by another program than Parley. */
  botWrites(text: string, replyTo?: string): TownMessage
  setToken(token: string): void
  startsLeft: { value: number }
  close(): Promise<void>
}

export async function startDiscordEmulator(): Promise<DiscordEmulator> {
  const town = buildTown()
  const faults = createFaults()
  let token = newToken()
  const startsLeft = { value: 900 }
  const server = createServer((request, response) => {
    answerRest(rest, request, response).catch(() => response.destroy())
  })
  const rest: Rest = {
    town,
    faults,
    token: () => token,
    gatewayUrl: () => urlOf(server),
    startsLeft: () => startsLeft.value,
    refusals: new Map(),
    log: [],
    onMessage: (message) => announce('MESSAGE_CREATE', message),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const gateway = startGateway(server, town, () => token)
  const [first] = town.channels.keys()
  const ana = [...town.users.values()].find(({ username }) => username === 'ana')
  if (first === undefined || !ana) throw new Error('the town is empty')

  function announce(t: string, message: TownMessage): void {
    const guildId = town.channels.get(message.channel_id)?.guildId
    gateway.dispatch(t, { ...shown(town, message), ...(guildId ? { guild_id: guildId } : {}) })
  }

  function say(text: string, options: SayOptions = {}): TownMessage {
    const { channelId = first ?? '', names = true, by = ana, at } = options
    const message = write(town, {
      author: by ?? town.bot,
      channelId,
      content: names ? `<@${town.bot.id}> ${text}` : text,
      replyTo: options.replyTo ?? null,
      attachments: options.imageAlt
        ? [attachmentOf(town, { name: 'cup.png', type: 'image/png', size: 70 }, options.imageAlt)]
        : [],
      ...(at === undefined ? {} : { at }),
    })
    announce('MESSAGE_CREATE', message)
    return message
  }

  function found(id: string): TownMessage {
    const message = town.messages.get(id)
    if (!message) throw new Error(`there is no message ${id}`)
    return message
  }

  return {
    url: urlOf(server).replace(/^ws/, 'http').replace('/gateway', ''),
    get token() {
      return token
    },
    town,
    gateway,
    faults,
    log: rest.log,
    refusals: rest.refusals,
    channelId: first,
    ana,
    say,
    sayPrivately: (text, by = ana) =>
      say(text, { channelId: directWith(town, by.id).id, names: false, by }),
    edit(id, text) {
      const message = found(id)
      message.content = text
      message.edited_timestamp = new Date().toISOString().replace('Z', '000+00:00')
      announce('MESSAGE_UPDATE', message)
    },
    remove(id) {
      const message = found(id)
      message.deleted = true
      const { channel_id } = message
      gateway.dispatch('MESSAGE_DELETE', { id, channel_id, guild_id: town.guildId })
    },
    openThread(name, { joined = false, id = town.nextId() } = {}) {
      const thread = openChannel({
        id,
        type: 11,
        name,
        guildId: town.guildId,
        parentId: first,
        joined,
      })
      town.channels.set(thread.id, thread)
      return thread.id
    },
    addChannel(name) {
      const channel = openChannel({ id: town.nextId(), type: 0, name, guildId: town.guildId })
      town.channels.set(channel.id, channel)
      return channel.id
    },
    addPerson(username, name) {
      const id = town.nextId()
      const person = { id, username, discriminator: '0', global_name: name, avatar: null }
      town.users.set(person.id, person)
      return person
    },
    botWrites: (text, replyTo) =>
      say(text, { names: false, by: town.bot, ...(replyTo === undefined ? {} : { replyTo }) }),
    setToken(next) {
      token = next
    },
    startsLeft,
    async close() {
      gateway.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
