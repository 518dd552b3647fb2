import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import type { LogLevel } from '../config/config.ts';
import { INSTANCE } from '../common/instance.ts';

/** Parts of the framework that announce every module and route at each start. */
const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

/**
 * Nest's logger on pino: one JSON line for each record. A message may be a text, or an object
 * whose `message` is the text and whose other fields become fields of the line.
 */
export class PinoLogger implements LoggerService {
  private readonly pino: Pino;

  /** @param stream where the lines go; standard output, when left out. */
  constructor(level: LogLevel, stream: DestinationStream = pino.destination()) {
    this.pino = pino({ level, base: { instance: INSTANCE }, messageKey: 'message' }, stream);
  }

  log(message: unknown, ...context: unknown[]): void {
    this.write(CHATTY.has(String(context.at(-1))) ? 'debug' : 'info', message, context);
  }

  error(message: unknown, ...context: unknown[]): void {
    this.write('error', message, context);
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }

  fatal(message: unknown, ...context: unknown[]): void {
    this.write('fatal', message, context);
  }

  /** Nest passes the class that speaks as the last argument, and a stack before it on errors. */
  private write(
    level: 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const [logger, stack] = rest.reverse();
    const fields = typeof stack === 'string' ? { logger, stack } : { logger };
    if (message instanceof Error) {
      this.pino[level]({ ...fields, err: message });
    } else if (typeof message === 'object' && message !== null) {
      this.pino[level]({ ...fields, ...message });
    } else {
      this.pino[level](fields, String(message));
    }
  }
}
