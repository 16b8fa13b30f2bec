// Read by any Node that knows modules: nothing newer than that here.
var major = parseInt(process.versions.node, 10)
if (major < 20) {
  process.stderr.write(
    'Parley needs Node 20 or newer to set itself up, this is Node ' +
      process.versions.node +
      ': install a newer one from https://nodejs.org and try again.\n',
  )
  process.exit(1)
}
