import type { Handler, Off } from './live-events.js';

/** Handlers by the name of their event. */
export class Emitter<Events extends object> {
  readonly #handlers: { [Name in keyof Events]?: Set<{ readonly handler: Handler<Events[Name]> }> } = {};

  /** The same handler may be attached several times. */
  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): Off {
    const handlers = (this.#handlers[name] ??= new Set());
    const entry = { handler };
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
    };
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    // Of a copy: who is attached while an event is told hears the next one.
    for (const { handler } of [...(this.#handlers[name] ?? [])]) {
      try {
        handler(event);
      } catch (error) {
        // A handler's fault is its own: the others hear the event, and the runtime reports the error as uncaught.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
