import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Resource<Value> {
  /** What was loaded last for this key; kept while it is loaded again, and when that fails. */
  readonly value: Value | undefined;
  /** Why the last attempt failed; undefined: it didn't. */
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface State<Value> {
  readonly key: string;
  readonly value?: Value | undefined;
  readonly error?: unknown;
  readonly loading: boolean;
}

/**
 * Loads something, and again when `key` changes: it has to name all that `load` depends on. What comes for an earlier key is
 * dropped, its request aborted.
 */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
): Resource<Value> {
  const [state, setState] = useState<State<Value>>({ key, loading: true });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ key, value: before.key === key ? before.value : undefined, loading: true }));
    load(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ key, value, loading: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setState((before) => ({ key, value: before.value, error, loading: false }));
      },
    );
    return () => controller.abort();
    // `key` stands for what `load` closes over.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const current = state.key === key ? state : { loading: true };
  return {
    value: 'value' in current ? current.value : undefined,
    error: 'error' in current ? current.error : undefined,
    loading: current.loading,
    reload,
  };
}
