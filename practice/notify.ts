import { deliver, type Network } from './network.ts'
import { getShop, setFollows } from './store/accounts.ts'
import {
  getNotification,
  hasNotification,
  insertNotification,
  Notification,
  type NotificationType,
} from './store/notifications.ts'
import { type Status, setReaction } from './store/statuses.ts'
import { notificationView } from './view.ts'

/** Stores a notification and tells the streams. A late one keeps its true time and id and is
 * seen only later, so that it appears below newer ones. */
export function notify(net: Network, news: News): void {
  const statusId = news.status?.id ?? null
  const same = { account_id: news.to, type: news.type, status_id: statusId }
  if (news.onlyOnce && hasNotification(net.db, same)) return
  const late = net.faults.take('late', 'notifications')
  const wait = late ? (late.ms ?? 5000) : 0
  const note: Notification = {
    ...same,
    id: net.nextId(),
    from_id: news.from,
    created_at: net.now(),
    visible_at: net.now() + wait,
  }
  insertNotification(net.db, note)
  if (late) net.due.later('notification', wait, { id: note.id })
  else tell(net, note)
}

/** Connects the stored late notifications with their streams; called once at the start. */
export function followLateNotifications(net: Network): void {
  net.due.on('notification', (body) => {
    const { id } = Notification.pick({ id: true }).parse(body)
    const note = getNotification(net.db, id)
    if (note) tell(net, note)
  })
}

/** A favourite or boost, set or taken back; the author is told of a new one. */
export function react(net: Network, status: Status, by: string, reaction: Wish): void {
  const place = { statusId: status.id, accountId: by, kind: reaction.kind }
  const changed = setReaction(net.db, place, reaction.on)
  if (changed && reaction.on && status.account_id !== by) {
    notify(net, { to: status.account_id, type: reaction.kind, from: by, status })
  }
}

/** A customer begins to follow the shop. */
export function followShop(net: Network, personId: string): void {
  setFollows(net.db, personId, { person: true })
  notify(net, { to: getShop(net.db).id, type: 'follow', from: personId })
}

function tell(net: Network, note: Notification): void {
  const data = JSON.stringify(notificationView(net, note))
  deliver(net, note.account_id, {
    name: 'notification',
    data,
    streams: ['user', 'user:notification'],
  })
}

type News = {
  to: string
  type: NotificationType
  from: string
  status?: Status
  onlyOnce?: boolean
}
type Wish = { kind: 'favourite' | 'reblog'; on: boolean }
