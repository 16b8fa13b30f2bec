import type { FastifyInstance } from 'fastify'
import type { Network } from '../network.ts'
import { getShop, listPeople } from '../store/accounts.ts'
import { limits } from '../text/count.ts'
import { accountView } from '../view.ts'
import { ApiError } from './errors.ts'

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']
const otherTypes = ['video/mp4', 'video/webm', 'audio/mpeg', 'audio/ogg']
const title = 'Practice network'
const description = 'A practice town: the customers are scripted and nothing leaves this machine.'

/** Server information, old and new. */
export function registerInstance(app: FastifyInstance, net: Network): void {
  app.get('/api/v1/instance', async () => ({
    uri: new URL(net.base()).host,
    title,
    short_description: description,
    description,
    email: 'keeper@practice.example',
    version: net.modes.get().version,
    urls: { streaming_api: net.base().replace('http', 'ws') },
    stats: { user_count: listPeople(net.db).length + 1, status_count: 0, domain_count: 0 },
    languages: ['en', 'ro'],
    registrations: false,
    approval_required: false,
    invites_enabled: false,
    configuration: configuration(),
    contact_account: accountView(net, getShop(net.db)),
    rules: [],
  }))

  app.get('/api/v2/instance', async () => {
    if (!net.modes.get().v2) throw new ApiError(404, 'Not Found')
    return {
      domain: new URL(net.base()).host,
      title,
      version: net.modes.get().version,
      source_url: 'https://docs.joinmastodon.org/',
      description,
      usage: { users: { active_month: listPeople(net.db).length + 1 } },
      thumbnail: { url: `${net.base()}/headers/practice.png` },
      icon: [],
      languages: ['en', 'ro'],
      configuration: {
        ...configuration(),
        urls: { streaming: net.base() },
        vapid: { public_key: '' },
        translation: { enabled: false },
      },
      registrations: { enabled: false, approval_required: false, message: null, url: null },
      api_versions: { mastodon: 2 },
      contact: { email: 'keeper@practice.example', account: accountView(net, getShop(net.db)) },
      rules: [],
    }
  })

  app.get('/api/v1/custom_emojis', async () => [])
  app.get('/health', async (_request, reply) => reply.type('text/plain').send('OK'))
}

function configuration() {
  return {
    accounts: { max_featured_tags: 10, max_pinned_statuses: 5 },
    statuses: {
      max_characters: limits.maxCharacters,
      max_media_attachments: limits.maxMedia,
      characters_reserved_per_url: limits.charactersPerUrl,
    },
    media_attachments: {
      supported_mime_types: [...imageTypes, ...otherTypes],
      description_limit: limits.descriptionCharacters,
      image_size_limit: limits.imageBytes,
      image_matrix_limit: limits.imagePixels,
      video_size_limit: limits.videoBytes,
      video_frame_rate_limit: 120,
      video_matrix_limit: 8_294_400,
    },
    polls: {
      max_options: 4,
      max_characters_per_option: 50,
      min_expiration: 300,
      max_expiration: 2_629_746,
    },
  }
}
