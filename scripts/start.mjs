import './lib/require-node.mjs'

import('./lib/start.mjs')
