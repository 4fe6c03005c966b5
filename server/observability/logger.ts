import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export interface LoggerOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
  readonly role: string;
}

/** Logs go to standard error: standard output belongs to what a command was asked for. */
export function createLogger(options: LoggerOptions): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: { role: options.role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['url', 'databaseUrl', 'DATABASE_URL', 'password', '*.password'],
    formatters: { level: (label) => ({ level: label }) },
  };
  if (options.format === 'json') return pino(settings, pino.destination({ fd: 2, sync: true }));
  const stream = pretty({
    colorize: process.stderr.isTTY,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,role',
    messageFormat: '{role}: {msg}',
    destination: 2,
    sync: true,
  });
  return pino(settings, stream);
}
