// What tsc leaves behind: SQL migrations are read at run time beside the compiled module that applies them, and the
// bin must be executable.
import { chmodSync, cpSync } from 'node:fs';

cpSync('store/migrations', 'dist/store/migrations', { recursive: true });
chmodSync('dist/server/main.js', 0o755);
