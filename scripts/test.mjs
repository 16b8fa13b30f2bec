import './lib/require-node.mjs'

import('./lib/test.mjs')
