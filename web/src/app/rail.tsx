import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  ChartNoAxesColumn,
  Inbox,
  type LucideIcon,
  Search,
  Settings,
  Sun,
  Users,
} from 'lucide-react'
import { countsQuery } from '../lib/queries/conversations.ts'
import { classes } from '../ui/classes.ts'
import { Logo } from '../ui/logo.tsx'
import { AccountMenu } from './account-menu.tsx'

const item =
  'relative flex min-w-0 flex-auto flex-col items-center justify-center gap-0.5 rounded-lg px-0.5 py-1.5 md:min-w-14 md:px-1 text-[11px] leading-4 whitespace-nowrap font-medium text-text-3 transition-colors duration-100 hover:bg-hover hover:text-text md:flex-none'
const here = 'bg-accent-soft text-accent-text hover:bg-accent-soft hover:text-accent-text'

/** Where one can go: on the left of a desk, along the bottom of a phone. */
export function Rail({ onPalette }: { onPalette(): void }) {
  const { t } = useLingui()
  const counts = useQuery(countsQuery).data
  return (
    <nav
      aria-label={t`Main`}
      className="flex shrink-0 items-stretch gap-1 border-line bg-bg px-1 pt-1 pb-[max(4px,env(safe-area-inset-bottom))] max-md:border-t md:w-18 md:flex-col md:border-r md:py-2"
    >
      <span className="hidden justify-center pt-1 pb-2 md:flex">
        <Logo size={28} />
      </span>
      <RailLink
        to="/today"
        icon={Sun}
        label={t`Today`}
        count={counts?.overdue}
        countLabel={t`overdue`}
      />
      <RailLink to="/inbox" icon={Inbox} label={t`Inbox`} />
      <RailLink to="/people" icon={Users} label={t`People`} />
      <button type="button" onClick={onPalette} className={item} aria-keyshortcuts="Control+K">
        <Search size={18} aria-hidden />
        {t`Find`}
      </button>
      <RailLink to="/figures" icon={ChartNoAxesColumn} label={t`Figures`} />
      <span className="hidden flex-1 md:block" />
      <RailLink to="/settings" icon={Settings} label={t`Settings`} />
      <AccountMenu className={item} />
    </nav>
  )
}

function RailLink({
  to,
  icon: Icon,
  label,
  count = 0,
  countLabel,
}: {
  to: '/today' | '/inbox' | '/people' | '/figures' | '/settings'
  icon: LucideIcon
  label: string
  count?: number | undefined
  countLabel?: string
}) {
  return (
    <Link
      to={to}
      className={item}
      activeProps={{ className: classes(item, here), 'aria-current': 'page' }}
    >
      <Icon size={18} aria-hidden />
      {label}
      {count > 0 && (
        <span className="tnum absolute top-0.5 right-[calc(50%-22px)] flex h-4 min-w-4 items-center justify-center rounded-full bg-late px-1 text-[10px] leading-none font-semibold text-bg">
          {count > 99 ? '99+' : count}
          <span className="sr-only"> {countLabel}</span>
        </span>
      )}
    </Link>
  )
}
