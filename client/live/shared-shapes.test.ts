import { describe, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { LiveFilter as ProtocolFilter } from '../../protocol/live/client-message.js';
import type { aggregatePage } from '../../routes/response/aggregate.js';
import type { chargePoint } from '../../routes/response/charge-point.js';
import type { energyPage } from '../../routes/response/energy.js';
import type { problemBody } from '../../routes/response/problem.js';
import type { readingPage } from '../../routes/response/reading.js';
import type { stats } from '../../routes/response/stats.js';
import type { transactionPage } from '../../routes/response/transaction.js';
import type { Aggregate, Energy, Page, Stats, Transaction } from './api-types.js';
import type { Problem } from './live-error.js';
import type { LiveFilter } from './live-filter.js';
import type { LiveChargePoint, LiveReading } from '../../protocol/live/change.js';

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

// The package can't import what needs zod: its own shapes are held against those of the server, by the type checker.
describe('the shapes of the client', () => {
  it('are those of the server', () => {
    expectTypeOf<keyof LiveFilter>().toEqualTypeOf<keyof ProtocolFilter>();
    expectTypeOf<Mutable<LiveFilter>>().toExtend<ProtocolFilter>();
    expectTypeOf<z.output<typeof energyPage>>().toExtend<Page<Energy>>();
    expectTypeOf<z.output<typeof aggregatePage>>().toExtend<Page<Aggregate>>();
    expectTypeOf<z.output<typeof transactionPage>>().toExtend<Page<Transaction>>();
    expectTypeOf<z.output<typeof readingPage>>().toExtend<Page<LiveReading>>();
    expectTypeOf<z.output<typeof chargePoint>>().toExtend<LiveChargePoint>();
    expectTypeOf<z.output<typeof stats>>().toExtend<Stats>();
    expectTypeOf<keyof z.output<typeof problemBody>>().toEqualTypeOf<keyof Problem>();
  });

  it('leave out no field of the server', () => {
    expectTypeOf<keyof Energy>().toEqualTypeOf<keyof z.output<typeof energyPage>['items'][number]>();
    expectTypeOf<keyof Aggregate>().toEqualTypeOf<keyof z.output<typeof aggregatePage>['items'][number]>();
    expectTypeOf<keyof Transaction>().toEqualTypeOf<
      keyof z.output<typeof transactionPage>['items'][number]
    >();
    expectTypeOf<keyof Stats>().toEqualTypeOf<keyof z.output<typeof stats>>();
  });
});
