// Runs before the first paint and before the program.
// A chosen theme never flashes as the other one.
const chosen = localStorage.getItem('parley.theme')
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
// Zod compiles parsers with `new Function` unless told not to; the content security policy refuses that
// and would report each try. Schemas look at the setting while they are made, so it has to stand first.
globalThis.__zod_globalConfig = { jitless: true }
