import { fileURLToPath } from 'node:url'
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
// The macro's plugin looks for its configuration in the working folder only, unless told here.
process.env.LINGUI_CONFIG = `${here}lingui.config.ts`

// Of ours, what the inbox needs at once; beside it what only an open conversation and other pages share, and what
// only other pages do. (The forms and the rules of the clock belong to the settings.)
const ours = /(web.src.(ui(?!.forms)|lib)|contract).(?!clock[.])/
const paneParts =
  /(contract|queries).(people|goodwill|members|website|snippets)[.]|(people|goodwill)-words|contract.text-length|features.inbox.(counter|refusals|timeline|use-unsnooze)[.]/
const pageParts = /web.src.ui.(page|copy|front-page|more-button)[.]/

export default defineConfig({
  root: here,
  plugins: [
    react(),
    tailwindcss(),
    lingui({ failOnMissing: true }),
    babel({ presets: [linguiTransformerBabelPreset()] }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // Inlined assets would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // A few files of a good size, by how often they change; without it every icon is a request.
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/,
              priority: 2,
            },
            {
              name: 'base',
              test: /node_modules.(@tanstack.(query-core|react-query|react-router|router-core|history|store|react-store)|@lingui|zod|@messageformat)./,
              priority: 2,
            },
            { name: 'icons', test: /node_modules.lucide-react./, minShareCount: 2, priority: 2 },
            // Before the two that follow: what these need of it stays in it.
            {
              name: 'ours',
              test: (id) => ours.test(id) && !paneParts.test(id) && !pageParts.test(id),
              minShareCount: 3,
              priority: 1,
            },
            { name: 'pane-parts', test: paneParts, minShareCount: 2 },
            { name: 'page-parts', test: pageParts, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': process.env.PARLEY_WEB_PROXY ?? 'http://127.0.0.1:4400' },
    fs: { allow: [`${here}..`] },
  },
})
