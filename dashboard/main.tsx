import { render } from 'preact';
import './style/tokens.css';
import './style/base.css';
import './theme/theme.js';
import { App } from './app.js';
import { startLive } from './live/live.js';

const root = document.getElementById('app');
startLive();
if (root !== null) render(<App />, root);
