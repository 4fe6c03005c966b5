import { render } from 'preact';
import './style/tokens.css';
import './style/base.css';
import './theme/theme.js';
import { App } from './app.js';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
