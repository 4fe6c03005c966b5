import type { Colors } from './colors.js';
import { formatDuration } from '../language/duration.js';
import type { ClientEvent } from '../station/events.js';
import type { Answer, Exchange } from '../station/message.js';
import { rounded } from '../station/tally.js';
import { explainClose, explainFailure, explainRefusal } from './explain.js';
import { clean, displayWidth, padded, wrapped } from './layout.js';

const WORD_WIDTH = 10;
const LATENCY_WIDTH = 9;
const ID_WIDTH = 6;
const ACTION_WIDTH = 18;
/** On narrower screens the columns of time, id and action would leave no room for what matters. */
const NARROW = 72;

export interface Style {
  readonly colors: Colors;
  /** Columns of the screen; Infinity doesn't break lines. */
  readonly width: () => number;
  /** ms since 1970 UTC. */
  readonly now: () => number;
}

type Paint = (text: string) => string;

/** What happens as lines for people: time, what it is, how long it took, the rest aligned and broken to the screen's width. */
export class EventLines {
  #lastFailure = '';
  framesShown = false;

  constructor(private readonly style: Style) {}

  /** Empty when there is nothing to tell. */
  of(event: ClientEvent): readonly string[] {
    const { colors } = this.style;
    switch (event.type) {
      case 'connecting':
        this.#lastFailure = '';
        return [];
      case 'connected':
        this.#lastFailure = '';
        return this.#line('connected', colors.green, event.ms, event.url);
      case 'connectionFailed':
        return this.#failure(event);
      case 'refused': {
        const detail = event.detail === '' ? '' : ` (${event.detail.replace(/\.$/, '')})`;
        const text = `by HTTP ${event.status}${detail}: ${explainRefusal(event.status)}`;
        return this.#line('refused', colors.red, null, text);
      }
      case 'closed':
        return this.#closed(event);
      case 'queued':
        return this.#exchange('queued', colors.yellow, null, event.exchange, `${event.waiting} waiting`);
      case 'answered':
        return this.#answered(event.exchange, event.answer, event.note);
      case 'retry': {
        const { exchange, latencyMs, code, description, againInMs } = event;
        const text = `${code}: ${description}; again in ${formatDuration(againInMs)}`;
        return this.#exchange('retry', colors.yellow, latencyMs, exchange, text);
      }
      case 'silent': {
        const text = `no answer in ${formatDuration(event.afterMs)}: a new connection, and then again`;
        return this.#exchange('silent', colors.yellow, null, event.exchange, text);
      }
      case 'called': {
        const payload = JSON.stringify(event.payload ?? null);
        const text = `${padded(event.action, ACTION_WIDTH)}${payload}  answered ${event.answeredBy}`;
        return this.#line('asked', colors.magenta, null, text);
      }
      case 'unexpected':
        return this.#line('unexpected', colors.magenta, null, event.text);
      case 'frame': {
        if (!this.framesShown) return [];
        return this.#line(
          event.direction === 'sent' ? '  >' : '  <',
          colors.dim,
          null,
          event.text,
          colors.dim,
        );
      }
      case 'note':
        return this.#line('', colors.dim, null, event.text);
      case 'problem':
        return wrapped(clean(event.text), this.style.width() - 1).map((line) => colors.red(line));
      case 'facts':
        return event.facts.flatMap(([label, text]) => this.#fact(label, text));
      case 'help':
      case 'changed':
        return [];
    }
  }

  #failure({ cause, url, retryInMs }: Extract<ClientEvent, { type: 'connectionFailed' }>): readonly string[] {
    const why = explainFailure(cause, url);
    // A server that is away for long is told of once.
    if (why === this.#lastFailure) return [];
    this.#lastFailure = why;
    const text = `${why} Trying again in ${formatDuration(retryInMs)}, then with growing waits`;
    return this.#line('failed', this.style.colors.red, null, text);
  }

  #closed({ code, reason, wanted, waiting }: Extract<ClientEvent, { type: 'closed' }>): readonly string[] {
    const { colors } = this.style;
    const left = waiting === 0 ? '' : `; ${waiting} waiting`;
    if (wanted) {
      const text = code === 1000 ? 'by a goodbye' : 'cut, as a lost network does';
      return this.#line('offline', colors.yellow, null, `${text}${left}`);
    }
    const said = reason === '' ? '' : ` (${reason})`;
    return this.#line('lost', colors.red, null, `${code}${said}: ${explainClose(code)}${left}`);
  }

  #answered(exchange: Exchange, answer: Answer, note: string): readonly string[] {
    const { colors } = this.style;
    const { verdict, latencyMs, code, description, path } = answer;
    const paint = {
      accepted: colors.green,
      rejected: colors.red,
      unanswered: colors.yellow,
      discarded: colors.yellow,
    }[verdict];
    const place = path === '' ? '' : ` at ${path}`;
    const why = [code, description].filter((part) => part !== '').join(': ');
    const told = [why === '' ? '' : `${why}${place}`, note].filter((part) => part !== '').join('; ');
    return this.#exchange(verdict, paint, latencyMs, exchange, told);
  }

  #exchange(
    word: string,
    paint: Paint,
    ms: number | null,
    exchange: Exchange,
    told: string,
  ): readonly string[] {
    const { message, id } = exchange;
    const narrow = this.style.width() < NARROW;
    const head = narrow
      ? `${message.action} `
      : padded(id, ID_WIDTH) + padded(message.action, ACTION_WIDTH) + '  ';
    const arrow = told === '' ? '' : message.summary === '' ? '→ ' : '  → ';
    return this.#line(word, paint, ms, `${head}${message.summary}${arrow}${told}`);
  }

  #line(
    word: string,
    paint: Paint,
    ms: number | null,
    text: string,
    paintText: Paint = String,
  ): readonly string[] {
    const { colors, now, width } = this.style;
    const narrow = width() < NARROW;
    const time = narrow ? '' : `${new Date(now()).toISOString().slice(11, 19)}  `;
    const latency = ms === null ? '' : `${rounded(ms)} ms`;
    const columns =
      padded(word, WORD_WIDTH) + (narrow && ms === null ? '' : padded(latency, LATENCY_WIDTH, 'right'));
    const indent = narrow ? 4 : displayWidth(time) + WORD_WIDTH + LATENCY_WIDTH + 2;
    const first = displayWidth(time) + displayWidth(columns) + 2;
    const lines = hanging(clean(text), width(), first, indent);
    return lines.map((line, at) =>
      at === 0
        ? `${colors.dim(time)}${paint(columns.slice(0, word.length))}${columns.slice(word.length)}  ${paintText(line)}`
        : ' '.repeat(indent) + paintText(line),
    );
  }

  #fact(label: string, text: string): readonly string[] {
    const { colors, width } = this.style;
    const indent = 18;
    const lines = hanging(clean(text), width(), indent, indent);
    return lines.map((line, at) =>
      at === 0 ? `  ${colors.dim(padded(clean(label), indent - 2))}${line}` : ' '.repeat(indent) + line,
    );
  }
}

/** Lines of which the first begins at column `first`, the others at `indent`. */
function hanging(text: string, width: number, first: number, indent: number): readonly string[] {
  return wrapped(text, Math.max(width - 1 - indent, 10), Math.max(width - 1 - first, 1));
}
