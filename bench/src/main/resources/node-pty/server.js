const pty = require('node-pty');
const {WebSocketServer} = require('ws');

const [, , port, program] = process.argv;
new WebSocketServer({port: Number(port), host: '127.0.0.1'}).on('connection', socket => {
    const terminal = pty.spawn('/bin/sh', ['-c', program], {name: 'xterm-256color', cols: 80, rows: 24});
    terminal.onData(data => socket.send(data));
    socket.on('message', message => terminal.write(message.toString()));
    socket.on('close', () => terminal.kill());
});
