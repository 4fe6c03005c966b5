import type { Route } from '../route.js';

/** What the examples of a route put in for each parameter of its path and query, so that trying it out begins with an answer. */
export function exampleValues(route: Route): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const example of route.examples) {
    const url = new URL(example.path, 'http://localhost');
    const names = route.path.split('/');
    url.pathname.split('/').forEach((segment, at) => {
      const name = names[at];
      if (name?.startsWith(':') === true) remember(values, name.slice(1), decodeURIComponent(segment));
    });
    for (const [name, value] of url.searchParams) remember(values, name, value);
  }
  return values;
}

function remember(values: Map<string, string>, name: string, value: string): void {
  if (!values.has(name)) values.set(name, value);
}
