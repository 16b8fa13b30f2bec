import './ui/styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { activateLocale, preferredLocale } from './lib/i18n.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for the program (#root).')
await activateLocale(preferredLocale())
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
