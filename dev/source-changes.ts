import { EventEmitter, once } from 'node:events';
import { basename } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';

export interface SourceChangesOptions {
  readonly folders: readonly string[];
  /** A burst of changes (a save, a checkout) is one change when its parts follow one another within this, ms. Default 40. */
  readonly quietMs?: number;
}

/** Tests don't run in the program; neither do what an editor keeps beside a file that is open. */
const IGNORED = /(\.test\.ts|~|\.tmp)$|^\./;

/** What changed below some folders, burst by burst. */
export class SourceChanges {
  private readonly paths = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private settled = false;
  private readonly events = new EventEmitter<{ settled: [] }>();

  private constructor(
    private readonly watcher: FSWatcher,
    quietMs: number,
  ) {
    watcher.on('all', (event, path) => {
      if (event === 'addDir' || event === 'unlinkDir') return;
      this.paths.add(path.replaceAll('\\', '/'));
      this.settled = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.settled = true;
        this.events.emit('settled');
      }, quietMs);
    });
  }

  /** Resolves when every folder is watched. */
  static async watch({ folders, quietMs = 40 }: SourceChangesOptions): Promise<SourceChanges> {
    const watcher = watch([...folders], {
      ignoreInitial: true,
      // By the last name alone: the working directory itself may lie below a hidden folder.
      ignored: (path) => IGNORED.test(basename(path)),
    });
    const changes = new SourceChanges(watcher, quietMs);
    await new Promise<void>((ready) => watcher.once('ready', ready));
    return changes;
  }

  /** Files that changed since they were last taken, relative to the working directory; none while a burst goes on. */
  take(): string[] {
    if (!this.settled) return [];
    this.settled = false;
    const taken = [...this.paths];
    this.paths.clear();
    return taken;
  }

  /** Resolves with true when there is something to take, with false when the signal aborts. */
  async some(signal: AbortSignal): Promise<boolean> {
    if (this.settled) return true;
    return once(this.events, 'settled', { signal }).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.watcher.close();
  }
}
