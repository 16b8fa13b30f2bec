import './lib/require-node.mjs'

import('./lib/run.mjs')
