import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { signOut } from '../lib/auth.ts'
import { chooseLocale, currentLocale } from '../lib/i18n.ts'
import { useMe } from '../lib/queries/session.ts'
import { chooseTheme, chosenTheme, type Theme } from '../lib/theme.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Menu, MenuChoice, MenuHeading, MenuItem, MenuLine } from '../ui/menu.tsx'

/** Who is signed in, how the window looks and speaks, and the way out. */
export function AccountMenu({ className }: { className: string }) {
  const { t } = useLingui()
  const { me } = useMe()
  const [theme, setTheme] = useState<Theme>(chosenTheme)
  const leave = useLeave()
  const pick = (next: Theme) => {
    chooseTheme(next)
    setTheme(next)
  }
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={className}>
          <Avatar name={me.name} size={20} />
          <Trans>You</Trans>
        </button>
      }
    >
      <MenuHeading>
        <span className="block text-sm text-text">{me.name}</span>
        {me.email}
      </MenuHeading>
      <MenuLine />
      <MenuHeading>
        <Trans>Language</Trans>
      </MenuHeading>
      <MenuChoice chosen={currentLocale() === 'en'} onSelect={() => void chooseLocale('en')}>
        <span lang="en">English</span>
      </MenuChoice>
      <MenuChoice chosen={currentLocale() === 'ro'} onSelect={() => void chooseLocale('ro')}>
        <span lang="ro">Română</span>
      </MenuChoice>
      <MenuLine />
      <MenuHeading>
        <Trans>Colours</Trans>
      </MenuHeading>
      <MenuChoice
        chosen={theme === 'system'}
        onSelect={() => pick('system')}
      >{t`As the system`}</MenuChoice>
      <MenuChoice chosen={theme === 'light'} onSelect={() => pick('light')}>{t`Light`}</MenuChoice>
      <MenuChoice chosen={theme === 'dark'} onSelect={() => pick('dark')}>{t`Dark`}</MenuChoice>
      <MenuLine />
      <MenuItem onSelect={() => void leave()}>
        <LogOut size={14} aria-hidden />
        <Trans>Sign out</Trans>
      </MenuItem>
    </Menu>
  )
}

/** Signs out and forgets everything this page had read. */
export function useLeave(): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await signOut()
    client.clear()
    await navigate({ to: '/sign-in' })
  }
}
