import type { Sent } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import type { ChannelDeps } from '../channels/index.ts'
import type { Delivery } from './store.ts'

export type DeliveryDeps = ChannelDeps & {
  /** What else becomes true in the moment a delivery is known to stand on the network; app.ts says. */
  onSent(tx: Tx, delivery: Delivery, sent: Sent): Promise<void>
}
