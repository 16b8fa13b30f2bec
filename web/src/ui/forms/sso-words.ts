import { useLingui } from '@lingui/react/macro'
import { SsoProblem } from '../../../../contract/sso.ts'

/** Why single sign-on let nobody in: a sentence for the person. Null when the code is none of ours. */
export function useSsoWords(): (problem: string) => string | null {
  const { t } = useLingui()
  const words: Record<SsoProblem, string> = {
    'not-begun': t`This sign-in was not begun in this browser, or it was finished already. Begin again.`,
    expired: t`This sign-in took too long. Begin again.`,
    denied: t`You said no, or the sign-in service did. You are not signed in.`,
    away: t`The sign-in service does not answer just now. Try again in a moment.`,
    misconfigured: t`The sign-in service and Parley do not understand each other. Whoever runs it has to check the address, the client ID, the client secret and the return address.`,
    clock: t`The clocks of the sign-in service and of Parley differ too much. Whoever runs them has to set them right.`,
    'not-genuine': t`The answer could not be proven to come from the sign-in service. You are not signed in. Begin again; if it stays so, tell whoever runs it.`,
    'no-email': t`The sign-in service named no e-mail address. Whoever runs it has to let Parley see it.`,
    'unverified-email': t`The sign-in service has not checked that your e-mail address is yours. Confirm it there first.`,
    'foreign-domain': t`Your e-mail address is not of a domain that this business takes.`,
    'not-a-member': t`You are not a member of this business. Ask an owner or an admin for an invitation.`,
    'owner-not-linked': t`Owners tie their account to the sign-in service themselves. Sign in with your password, then press Try it under Settings, Sign-in.`,
    'other-person': t`Somebody else is known here by this address or this account. Ask an owner to remove them and to invite you.`,
    'switched-off': t`This way to sign in was switched off. Use your password, or ask an owner.`,
  }
  return (problem) => {
    const known = SsoProblem.safeParse(problem)
    return known.success ? words[known.data] : null
  }
}
