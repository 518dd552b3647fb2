import { Global, Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.ts';
import { Loops } from './loops.ts';

@Global()
@Module({ providers: [Lifecycle, Loops], exports: [Lifecycle, Loops] })
export class CommonModule {}
