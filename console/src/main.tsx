import '@xterm/xterm/css/xterm.css';
import './style.css';
import {render} from 'preact';
import {App} from './app';

const place = document.getElementById('console');
if (place) {
  render(<App />, place);
}
