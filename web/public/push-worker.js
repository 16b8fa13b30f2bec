// Shows when somebody is called, and opens the conversation when the notice is pressed. It sees nothing
// else: pages and requests do not pass through it.
self.addEventListener('push', (event) => {
  const { title, body, url, tag } = event.data.json()
  const shown = { body, tag, renotify: true, requireInteraction: true, icon: '/favicon.svg' }
  event.waitUntil(self.registration.showNotification(title, { ...shown, data: { url } }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data.url))
})

// A window that is open already is taken there; a page of another address is never opened.
async function open(address) {
  const { pathname, search } = new URL(address)
  const url = new URL(pathname + search, self.location.origin).href
  const windows = await self.clients.matchAll({ type: 'window' })
  const [first] = windows
  if (!first) return self.clients.openWindow(url)
  // In front first: only right after the press may a window be brought there.
  const shown = await first.focus()
  return (await shown.navigate(url).catch(() => null)) ?? self.clients.openWindow(url)
}
