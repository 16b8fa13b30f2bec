// Loaded into a server that a script started: when the script is killed, the server stops in order,
// so that starting again finds its data folder free.
if (process.channel) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), 5000).unref()
  })
  process.channel.unref()
}
