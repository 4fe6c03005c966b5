import { useEffect, useRef, useState } from 'preact/hooks';
import { request, type PageOf } from './api-client.js';

export interface MoreOf<Item> {
  /** undefined: the first page is not there yet. */
  readonly items: readonly Item[] | undefined;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Why the last page did not come; undefined: it did. */
  readonly error: unknown;
  /** The next page, or the first one again when that failed. */
  readonly more: () => void;
  /** From the first page on. */
  readonly reload: () => void;
  /** Puts another item in the place of the one with the same key. */
  readonly replace: (item: Item) => void;
}

interface State<Item> {
  readonly items: readonly Item[] | undefined;
  readonly cursor: string | null;
  readonly isLoading: boolean;
  readonly error: unknown;
}

export interface MoreOptions<Item> {
  /** Of the API, relative. */
  readonly path: string;
  /** Another one begins anew. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Default 50. */
  readonly pageSize?: number;
  readonly keyOf: (item: Item) => string | number;
}

/** A list of the API, page after page as somebody asks for more. */
export function useMore<Item>({ path, query, pageSize = 50, keyOf }: MoreOptions<Item>): MoreOf<Item> {
  const empty: State<Item> = { items: undefined, cursor: null, isLoading: true, error: undefined };
  const [state, setState] = useState(empty);
  const [attempt, setAttempt] = useState(0);
  const controller = useRef(new AbortController());
  const question = JSON.stringify([path, query, pageSize]);

  const load = (cursor: string | undefined, before: readonly Item[]) => {
    const { signal } = controller.current;
    setState((state) => ({ ...state, isLoading: true, error: undefined }));
    request<PageOf<Item>>(path, { query: { ...query, limit: pageSize, cursor }, signal }).then(
      ({ items, nextCursor }) => {
        if (signal.aborted) return;
        // What is written while one reads may stand on two pages.
        const known = new Set(before.map(keyOf));
        const all = [...before, ...items.filter((item) => !known.has(keyOf(item)))];
        setState({ items: all, cursor: nextCursor, isLoading: false, error: undefined });
      },
      (error: unknown) => {
        if (!signal.aborted) setState((state) => ({ ...state, isLoading: false, error }));
      },
    );
  };
  useEffect(() => {
    controller.current = new AbortController();
    setState(empty);
    load(undefined, []);
    return () => controller.current.abort();
    // `question` stands for all that is asked.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [question, attempt]);

  return {
    items: state.items,
    hasMore: state.cursor !== null,
    isLoading: state.isLoading,
    error: state.error,
    more: () => {
      if (!state.isLoading) load(state.cursor ?? undefined, state.cursor === null ? [] : (state.items ?? []));
    },
    reload: () => setAttempt((count) => count + 1),
    replace: (item) =>
      setState((state) => ({
        ...state,
        items: state.items?.map((other) => (keyOf(other) === keyOf(item) ? item : other)),
      })),
  };
}
