import { useLingui } from '@lingui/react/macro'
import { Globe, Lock, Users } from 'lucide-react'
import type { Visibility } from '../../../../contract/conversations.ts'

/** Who sees a message on its network. */
export function VisibilityMark({ visibility }: { visibility: Visibility }) {
  const { t } = useLingui()
  const marks = {
    public: { Icon: Globe, words: t`Public` },
    unlisted: { Icon: Globe, words: t`Public, not listed` },
    followers: { Icon: Users, words: t`Followers only` },
    private: { Icon: Lock, words: t`Private` },
  }
  const { Icon, words } = marks[visibility]
  return (
    <span title={words} className="inline-flex items-center gap-1">
      <Icon size={11} role="img" aria-label={words} />
      {visibility !== 'public' && <span aria-hidden>{words}</span>}
    </span>
  )
}
