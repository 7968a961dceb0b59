#!/bin/sh
# A machine of its own as far as a container is one: what it is started with as its first process, on a copy of this host's files.
# usage: unshare --mount --pid --ipc --uts --fork --kill-child microvm.sh DIRECTORY COMMAND…
set -eu
directory=$1
shift
root=$directory/root

mount --make-rprivate /
# On memory: what stands on the disk is gone with the machine, and nobody waits for it.
mount -t tmpfs -o mode=755 tmpfs "$directory"
mkdir "$directory/upper" "$directory/work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" overlay "$root"

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for number in 0 1 2; do ln -s "/proc/self/fd/$number" "$root/dev/$(echo stdin stdout stderr | cut -d ' ' -f $((number + 1)))"; done
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"

# Who works in it, as the image has him.
grep -q '^user:' "$root/etc/passwd" || {
    sed -i '/:x:1000:/d' "$root/etc/passwd" "$root/etc/group"
    echo 'user:x:1000:1000::/home/user:/bin/bash' >>"$root/etc/passwd"
    echo 'user:x:1000:' >>"$root/etc/group"
}
rm -rf "$root/home/user" "$root/var/lib/elevo"
mkdir -p "$root/home/user"
chown 1000:1000 "$root/home/user"
mkdir -m 700 -p "$root/var/lib/elevo"

cd "$root"
mkdir .host
pivot_root . .host
umount -l /.host
rmdir /.host
cd /
# What root has in a MicroVM that asks for nothing more.
exec setpriv --inh-caps -all \
    --bounding-set -all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap \
    "$@"
