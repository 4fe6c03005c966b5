import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A metric with what is asked of its labels. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** What an expression of PromQL names. */
export interface NamedByPromql {
  readonly selectors: readonly Selector[];
  /** Of `by`, `without`, `on`, `ignoring` and `group_left`. */
  readonly groupingLabels: readonly string[];
}

/** By Prometheus' own grammar. Variables of Grafana may stand in it. Throws with the place of what it does not know. */
export function readPromql(asked: string): NamedByPromql {
  // Grafana puts a duration in their places; others stand within strings.
  const expression = asked.replaceAll(/\$__(rate_interval|interval|range)/g, '5m');
  const selectors: Selector[] = [];
  const groupingLabels: string[] = [];
  const text = ({ from, to }: SyntaxNode): string => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter: ({ name, node, type }) => {
      if (type.isError) {
        throw new Error(
          `no PromQL at ${JSON.stringify(expression.slice(node.from, node.from + 30))}: ${expression}`,
        );
      }
      if (name === 'VectorSelector') selectors.push(selectorOf(node, text));
      if (name === 'GroupingLabels') groupingLabels.push(...node.getChildren('LabelName').map(text));
    },
  });
  return { selectors, groupingLabels };
}

function selectorOf(node: SyntaxNode, text: (node: SyntaxNode) => string): Selector {
  const identifier = node.getChild('Identifier');
  const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
    (matcher) => {
      const part = (name: string): string => {
        const child = matcher.getChild(name);
        return child === null ? '' : text(child);
      };
      return {
        label: part('LabelName'),
        operator: part('MatchOp'),
        value: part('StringLiteral').slice(1, -1),
      };
    },
  );
  return { metric: identifier === null ? '' : text(identifier), matchers };
}
