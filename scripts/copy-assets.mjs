// Copies what tsc leaves behind: SQL migrations are read at run time, beside the compiled module that applies them.
import { cpSync } from 'node:fs';

cpSync('store/migrations', 'dist/store/migrations', { recursive: true });
