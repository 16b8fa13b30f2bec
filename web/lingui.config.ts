import { defineConfig } from '@lingui/cli'
import { formatter } from '@lingui/format-po'

// What every reader loads is the inbox with its frame; the words of all other pages come with them.
const elsewhere = ['settings', 'first-run', 'sign-in', 'figures', 'people', 'digest']
const others = [...elsewhere.map((name) => `src/features/${name}`), 'src/ui/forms', 'src/ui/calls']

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'ro'],
  rootDir: import.meta.dirname,
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['<rootDir>/src'],
      exclude: others.map((folder) => `<rootDir>/${folder}/**`),
    },
    {
      path: '<rootDir>/src/locales/others/{locale}',
      include: others.map((folder) => `<rootDir>/${folder}`),
    },
  ],
  // Without line numbers and dates a change of code is not a change of the catalogue.
  format: formatter({ lineNumbers: false, origins: false, customHeaderAttributes: {} }),
})
