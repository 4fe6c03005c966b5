import type { Handler, Off } from './live-events.js';

/** Handlers by the name of their event. */
export class Emitter<Events extends object> {
  readonly #handlers: { [Name in keyof Events]?: readonly Handler<Events[Name]>[] } = {};

  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): Off {
    // Lists are replaced, never changed: who is attached or leaves while an event is told changes the next one.
    this.#handlers[name] = [...(this.#handlers[name] ?? []), handler];
    let isOn = true;
    return () => {
      if (!isOn) return;
      isOn = false;
      const list = this.#handlers[name] ?? [];
      const at = list.indexOf(handler);
      this.#handlers[name] = list.filter((_, index) => index !== at);
    };
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const handler of this.#handlers[name] ?? []) {
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
