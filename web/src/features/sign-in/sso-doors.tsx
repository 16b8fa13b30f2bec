import { Trans } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Building2 } from 'lucide-react'
import { useDeferredValue } from 'react'
import type { SsoProviderId } from '../../../../contract/ids.ts'
import { doorsQuery, startSso } from '../../lib/queries/sso.ts'
import { Button } from '../../ui/button.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** The ways in through a service of the business: known from the start, or by the domain of the address. */
export function SsoDoors({ email, next }: { email: string; next: string | undefined }) {
  const all = useQuery(doorsQuery(''))
  const own = useQuery(doorsQuery(useDeferredValue(email.trim())))
  const start = useMutation({
    mutationFn: (id: SsoProviderId) => startSso(id, next),
    onSuccess: (address) => window.location.assign(address),
  })
  const byId = new Map([...(all.data ?? []), ...(own.data ?? [])].map((door) => [door.id, door]))
  const doors = [...byId.values()]
  if (doors.length === 0) return null
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-5">
      {doors.map(({ id, name }) => (
        <Button key={id} size="lg" busy={start.isPending} onClick={() => start.mutate(id)}>
          <Building2 size={16} aria-hidden />
          <Trans>Sign in with {name}</Trans>
        </Button>
      ))}
      <FormProblem error={start.error} />
    </div>
  )
}
