import { brokenProduct } from './broken-product.ts'
import { contentWarning } from './content-warning.ts'
import { growingComplaint } from './growing-complaint.ts'
import { lateParcel } from './late-parcel.ts'
import { openingHours } from './opening-hours.ts'
import { praise } from './praise.ts'
import { secondThoughts } from './second-thoughts.ts'
import type { Scenario } from './types.ts'
import { welcome } from './welcome.ts'

export const scenarios: readonly Scenario[] = [
  welcome,
  lateParcel,
  brokenProduct,
  praise,
  openingHours,
  growingComplaint,
  secondThoughts,
  contentWarning,
]
