import { PushSubscriptionInput } from '../../../../../contract/push.ts'
import { currentLocale } from '../../../lib/i18n.ts'
import { browserName } from '../browser-name.ts'

// What this browser itself says of push messages (Push API); the server keeps the rest.

const WORKER = '/push-worker.js'

/** `unsupported`: it cannot; `refused`: its owner told it never to; `ready`: it can, whether or not it does. */
export type PushAbility = 'unsupported' | 'refused' | 'ready'

export function pushAbility(): PushAbility {
  const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
  if (!able || !window.isSecureContext) return 'unsupported'
  return Notification.permission === 'denied' ? 'refused' : 'ready'
}

/** SHA-256 of this browser's endpoint in base64url, as the server names it; null: it is not subscribed. */
export async function ownEndpointHash(): Promise<string | null> {
  if (pushAbility() === 'unsupported') return null
  const registration = await navigator.serviceWorker.getRegistration('/')
  const subscription = await registration?.pushManager.getSubscription()
  if (!subscription) return null
  const bytes = new TextEncoder().encode(subscription.endpoint)
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/**
 * Asks the person, then the browser. Null: the person refused.
 * @throws when the browser cannot reach its push service
 */
export async function subscribeBrowser(publicKey: string): Promise<PushSubscriptionInput | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  await navigator.serviceWorker.register(WORKER)
  const { pushManager } = await navigator.serviceWorker.ready
  // One of another key would make every new one fail.
  await (await pushManager.getSubscription())?.unsubscribe()
  const subscription = await pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  })
  const { browser, system } = browserName(navigator.userAgent)
  return PushSubscriptionInput.parse({
    ...subscription.toJSON(),
    locale: currentLocale(),
    name: [browser, system].filter(Boolean).join(' · '),
  })
}

export async function unsubscribeBrowser(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration('/')
  await (await registration?.pushManager.getSubscription())?.unsubscribe()
}

function toBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
