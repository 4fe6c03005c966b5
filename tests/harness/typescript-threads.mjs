/** Lets a thread begin from source: `--import tsx` acts in main threads only. */
import { register } from 'tsx/esm/api';

register();
