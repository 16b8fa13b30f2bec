import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { sessionQuery } from '../../lib/queries/session.ts'
import { SecondFactor } from '../../ui/forms/second-factor.tsx'
import { FrontPage, Steps } from '../../ui/front-page.tsx'
import { ChannelStep } from './channel-step.tsx'
import { HoursStep } from './hours-step.tsx'
import { ImportStep } from './import-step.tsx'
import { OwnerStep } from './owner-step.tsx'
import { stepOf } from './step-of.ts'

/** From nothing to the inbox: the owner, the second factor, the week, the first account. */
export function FirstRunPage() {
  const { t } = useLingui()
  const client = useQueryClient()
  const navigate = useNavigate()
  const session = useSuspenseQuery(sessionQuery).data
  // Only in memory, and only for these few minutes: setting up the second factor asks for it again.
  const [password, setPassword] = useState('')
  const [bringing, setBringing] = useState(false)
  const step = stepOf(session)
  const goOn = () => client.fetchQuery({ ...sessionQuery, staleTime: 0 })
  useEffect(() => {
    if (step === 'inbox') void navigate({ to: '/inbox', replace: true })
    if (step === 'sign-in') void navigate({ to: '/sign-in', replace: true })
  }, [step, navigate])

  const names = [t`You`, t`Second factor`, t`Opening hours`, t`First account`]
  const steps = (at: number) => <Steps names={names} at={at} />
  switch (step) {
    case 'owner':
      if (bringing)
        return (
          <FrontPage
            wide
            title={t`Bring your data from another Parley`}
            intro={t`With an export everything moves here: customers, conversations, notes, figures and the audit log.`}
          >
            <ImportStep onBack={() => setBringing(false)} />
          </FrontPage>
        )
      return (
        <FrontPage
          wide
          steps={steps(0)}
          title={t`Welcome to Parley`}
          intro={t`A desk for answering your customers, run by you. Three minutes, and you are answering.`}
        >
          <OwnerStep
            onDone={async (chosen) => {
              setPassword(chosen)
              await goOn()
            }}
          />
          <p className="mt-4 border-t border-line pt-4 text-center text-sm text-text-2">
            <Trans>Do you use Parley elsewhere already?</Trans>{' '}
            <button
              type="button"
              className="font-medium text-accent-text underline underline-offset-2"
              onClick={() => setBringing(true)}
            >
              <Trans>Bring your data from another Parley</Trans>
            </button>
          </p>
        </FrontPage>
      )
    case 'factor':
      return (
        <FrontPage
          wide
          steps={steps(1)}
          title={t`Add a second factor`}
          intro={t`From here people speak in the name of the business. A password alone is not enough for that: an app on your phone shows a code beside it.`}
        >
          <SecondFactor password={password} onDone={() => void goOn()} />
        </FrontPage>
      )
    case 'hours':
      return (
        <FrontPage
          wide
          steps={steps(2)}
          title={t`When are you there?`}
          intro={t`Whoever writes is to have an answer within four hours. Under Settings → Reply times you can promise something else, and count only these hours. You can change them at any time.`}
        >
          <HoursStep onDone={() => void goOn()} />
        </FrontPage>
      )
    case 'channel':
      return (
        <FrontPage
          wide
          steps={steps(3)}
          title={t`Where do your customers write?`}
          intro={t`Connect a first account, or look around with made-up customers first. Both are fine, and one does not exclude the other.`}
        >
          <ChannelStep onDone={() => void goOn()} />
        </FrontPage>
      )
    default:
      return null
  }
}
