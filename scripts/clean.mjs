// A removed source file must not live on as a compiled one.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
