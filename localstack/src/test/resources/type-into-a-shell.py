"""Types into the command given, in a terminal of its own, and ends as it ends. Says what was shown."""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time


def size(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def until(wanted):
    shown, end = b"", time.monotonic() + 60
    while wanted not in shown:
        if time.monotonic() > end:
            sys.exit("no %r in %r" % (wanted, shown))
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 65536)
    sys.stdout.write(shown.decode(errors="replace"))


def until_size(rows, columns):
    """Asks until it is: nobody is told when a change of size has come through."""
    wanted, end = b"%d %d" % (rows, columns), time.monotonic() + 60
    while time.monotonic() < end:
        os.write(terminal, b"stty size; echo as''ked\r")
        shown = b""
        while b"asked" not in shown:
            shown += os.read(terminal, 65536)
        if wanted in shown:
            return
    sys.exit("never %r" % wanted)


signal.alarm(150)  # before whoever started this gives up: he would not end what it waits for
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
size(33, 111)
until(b"$ ")
size(44, 99)
os.kill(child, signal.SIGWINCH)
until_size(44, 99)
# Said by the command itself: before it stands in front, what interrupts would go to the shell, and the command go on.
os.write(terminal, b"sh -c \"echo be''gun; exec sleep 1000\"\r")
until(b"begun")
os.write(terminal, b"\x03")  # for the program inside, not for ours
os.write(terminal, b"exit 5\r")
while True:
    try:
        if not os.read(terminal, 65536):
            break
    except OSError:  # so Linux says that the other end is closed
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
