// Loaded ahead of the program in dev mode: when the channel to the watcher closes, because it asks for a stop or is gone,
// the program stops as at SIGTERM.
import cluster from 'node:cluster';
import process from 'node:process';

// The gateway's processes have a channel too, to their primary, which stops them.
if (cluster.isPrimary) {
  const stop = () => {
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(143);
  };
  if (process.connected) {
    process.once('disconnect', stop);
    // Listening must not keep a program alive that has done its work.
    process.channel?.unref();
  } else stop();
}
